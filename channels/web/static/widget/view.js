/* What a citizen sees and touches. <script src=".../widget.js" defer data-language="es" data-phone="..."></script> */
const script = document.currentScript;
const wanted = (script.dataset.language || document.documentElement.lang || "en").toLowerCase().slice(0, 2);
const language = wanted in WORDS ? wanted : "en";
const words = WORDS[language];
const direction = language === "ar" ? "rtl" : "ltr";

// ---- Elements. Text only ever enters as text.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function icon() {
  const [svg, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z");
  svg.append(path);
  return svg;
}

const host = element("townclerk-chat", { lang: language, dir: direction });
const root = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];

const launcher = element(
  "button",
  { class: "launcher", type: "button", "aria-expanded": "false", "aria-controls": "panel" },
  icon(),
  words.open,
);
const about = element("p", { class: "about" }, words.about);
if (script.dataset.phone) {
  const number = script.dataset.phone;
  about.append(words.call, element("a", { href: `tel:${number.replace(/[^+\d]/g, "")}`, dir: "ltr" }, number));
}
const again = element("button", { class: "plain", type: "button" }, words.again);
const close = element("button", { class: "plain close", type: "button", "aria-label": words.close }, "×");
const log = element("div", {
  class: "log",
  role: "log",
  "aria-live": "polite",
  "aria-relevant": "additions",
  "aria-label": words.log,
  tabindex: "0",
});
const status = element("p", { class: "status", role: "status" });
const input = element("input", { id: "text", autocomplete: "off", dir: "auto", maxlength: "4096", enterkeyhint: "send" });
const label = element("label", { for: "text" }, words.label);
const form = element("form", {}, label, input, element("button", { type: "submit" }, words.send));
const top = element("div", { class: "top" });
top.append(element("div", {}, element("h2", { id: "title" }, words.title), about), again, close);
const panel = element(
  "section",
  { id: "panel", class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "title" },
  top,
  log,
  status,
  form,
);
// With `data-into` the chat stands within the page, always open; without, it opens from the corner.
const place = script.dataset.into ? document.getElementById(script.dataset.into) : null;
panel.hidden = !place;
if (place) {
  panel.setAttribute("role", "region");
  panel.removeAttribute("aria-modal");
}
host.classList.toggle("inline", Boolean(place));
root.append(...(place ? [panel] : [panel, launcher]));

// ---- The transcript.

const LINK = /\[([^\]\n]+)\]\((https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)|https?:\/\/[^\s<>"']+/g;

/** Without a mark, a number after Arabic letters shows its parts the wrong way round: 0100-555. */
function upright(text) {
  const arabic = /[\u0600-\u06ff]/.test(text);
  return arabic ? text.replace(/(^|[^\w\u200e-])(\d+(?:-\d+)+)/g, "$1\u200e$2") : text;
}

function linked(text) {
  const paragraph = element("p", { dir: "auto" });
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    // A full stop or bracket after a bare address belongs to the sentence.
    const whole = match[2] ? match[0] : match[0].replace(/[.,;:!?)\]]+$/, "");
    paragraph.append(upright(text.slice(end, match.index)), link(match[2] || whole, match[1] || whole));
    end = match.index + whole.length;
  }
  paragraph.append(upright(text.slice(end)));
  return paragraph;
}

function link(address, shown) {
  const anchor = element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, shown);
  anchor.append(element("span", { class: "unseen" }, words.newTab));
  return anchor;
}

/** What the town said, with its strong words and links; the pieces come apart already, so nothing is parsed here. */
function rich(spans) {
  const paragraph = element("p", { dir: "auto" });
  for (const span of spans) {
    if (span.link && /^(https?:|tel:|mailto:)/i.test(span.link)) {
      paragraph.append(link(span.link, span.text));
    } else if (span.bold || span.italic) {
      paragraph.append(element(span.bold ? "strong" : "em", {}, upright(span.text)));
    } else {
      paragraph.append(...linked(span.text).childNodes);
    }
  }
  return paragraph;
}

function bubble(item) {
  const who = element("span", { class: "unseen" }, item.mine ? words.you : words.town);
  const text = item.spans ? rich(item.spans) : linked(item.text);
  const said = element("div", { class: item.mine ? "said mine" : "said" }, who, text);
  if (item.language) said.lang = item.language;
  for (const address of item.attachments || []) {
    if (/^https?:\/\//.test(address)) said.append(element("p", {}, link(address, words.picture)));
  }
  if (item.error) said.append(element("p", { class: "error" }, `${words.refused} ${item.error}`));
  return said;
}

function choiceButtons(item) {
  const group = element("div", { class: "choices", role: "group", "aria-label": words.choices });
  if (item.language) group.lang = item.language;
  for (const choice of item.choices) {
    const button = element("button", { type: "button", dir: "auto" }, choice.title);
    button.addEventListener("click", () => press(button, choice));
    group.append(button);
  }
  return group;
}

function show(item) {
  dots.remove();
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  if (item.mine) retireChoices();
  log.append(bubble(item));
  if (item.choices && item.choices.length) log.append(choiceButtons(item));
  if (atEnd || item.mine) log.scrollTop = log.scrollHeight;
}

function retireChoices() {
  // Not `disabled`: that would throw the focus of whoever pressed one back to the page's top.
  for (const button of log.querySelectorAll(".choices button")) button.setAttribute("aria-disabled", "true");
}

const dots = element("div", { class: "dots", "aria-hidden": "true" }, "•••");
let dotsTimer;

function showDots() {
  log.append(dots);
  log.scrollTop = log.scrollHeight;
  clearTimeout(dotsTimer);
  dotsTimer = setTimeout(() => dots.remove(), 20000);
}

function redraw() {
  log.replaceChildren(bubble({ text: words.hello, language }));
  conversation.said.forEach(show);
}

// ---- What a citizen does.

const conversation = new Conversation(new URL(".", script.src), script.dataset.name || "", {
  heard: show,
  refused: redraw,
  trouble: (kind) => tell(kind ? words[kind] : ""),
  changed: redraw,
});

function tell(sentence) {
  // Said once, not at every attempt.
  if (status.textContent !== sentence) status.textContent = sentence;
}

function say(content, shown) {
  show(conversation.say(content, shown, language));
  showDots();
}

function press(button, choice) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-pressed", "true");
  say({ choice: choice.id }, choice.title);
}

function startOver() {
  conversation.forget();
  tell("");
  redraw();
  input.focus();
}

function open() {
  panel.hidden = false;
  launcher.setAttribute("aria-expanded", "true");
  log.scrollTop = log.scrollHeight;
  input.focus();
}

function shut() {
  panel.hidden = true;
  launcher.setAttribute("aria-expanded", "false");
  launcher.focus();
}

launcher.addEventListener("click", () => (panel.hidden ? open() : shut()));
close.addEventListener("click", shut);
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !place) shut();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  say({ text }, text);
});
again.addEventListener("click", startOver);

close.hidden = Boolean(place);
redraw();
(place || document.body).append(host);
conversation.resume();
