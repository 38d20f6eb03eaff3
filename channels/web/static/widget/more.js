/* What a citizen may do with the conversation as a whole: keep it, delete it, read it in larger letters. */
const LARGE = "townclerk:large";

const menu = element("div", { class: "menu", id: "menu" });
menu.hidden = true;
const more = element(
  "button",
  { class: "plain", type: "button", "aria-expanded": "false", "aria-controls": "menu" },
  words.more,
);
tools.append(more);
form.after(menu);

function entry(title, act) {
  const button = element("button", { class: "plain", type: "button" }, title);
  button.addEventListener("click", () => act(button));
  return button;
}

const larger = entry(words.larger, (button) => enlarge(button.getAttribute("aria-pressed") !== "true"));
const everything = [
  entry(words.copy, copy),
  entry(words.download, download),
  larger,
  entry(words.erase, askFirst),
];
menu.append(...everything);

more.addEventListener("click", () => showMenu(menu.hidden));

function showMenu(shown) {
  menu.hidden = !shown;
  more.setAttribute("aria-expanded", String(shown));
  menu.replaceChildren(...everything);
}

/** The conversation as plain text, as a citizen would show it to somebody. */
function asText() {
  const plain = ({ text, link }) => (link && link !== text ? `${text} (${link})` : text);
  const said = (item) => (item.spans ? item.spans.map(plain).join("") : item.text);
  return conversation.said.map((item) => (item.mine ? words.you : words.town) + said(item)).join("\n\n");
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asText());
    tell(words.copied);
  } catch {
    tell(words.notCopied);
  }
}

function download() {
  const address = URL.createObjectURL(new Blob([asText()], { type: "text/plain;charset=utf-8" }));
  const anchor = element("a", { href: address, download: "conversation.txt" });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function enlarge(is) {
  larger.setAttribute("aria-pressed", String(is));
  host.classList.toggle("large", is);
  try {
    if (is) localStorage.setItem(LARGE, "1");
    else localStorage.removeItem(LARGE);
  } catch {
    // Forgotten on reload.
  }
}

function askFirst() {
  const question = element("p", { id: "sure" }, words.sure);
  const keep = entry(words.keep, () => {
    showMenu(false);
    more.focus();
  });
  const erase = entry(words.erase, () => {
    showMenu(false);
    startOver();
    tell(words.erased);
  });
  menu.replaceChildren(question, keep, erase);
  keep.focus();
}

try {
  enlarge(localStorage.getItem(LARGE) === "1");
} catch {
  enlarge(false);
}
