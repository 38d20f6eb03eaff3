/* The chat widget: one file, no dependency. <script src=".../widget.js" defer data-language="es" data-phone="..."> */
(() => {
  "use strict";

  const script = document.currentScript;
  const base = new URL(".", script.src);
  const language = (script.dataset.language || document.documentElement.lang || "en").toLowerCase().slice(0, 2);

  const WORDS = {
    en: {
      open: "Chat with the town", close: "Close the chat", title: "Ask the town",
      about: "An automated assistant", call: " · for a person call ", log: "Conversation",
      hello: "Hello! I am the town’s automated assistant. Ask me a question, or tell me about a problem to report.",
      label: "Your message", send: "Send", you: "You: ", town: "Town: ", choices: "Choose an answer", again: "Start over",
      waiting: "Not sent yet. Trying again…", offline: "No connection to the town. Trying again…",
      refused: "This message was not sent.", picture: "Attachment", newTab: " (opens in a new tab)",
    },
    es: {
      open: "Escriba al municipio", close: "Cerrar el chat", title: "Pregunte al municipio",
      about: "Un asistente automático", call: " · para hablar con una persona llame al ", log: "Conversación",
      hello: "¡Hola! Soy el asistente automático del municipio. Hágame una pregunta o cuénteme un problema.",
      label: "Su mensaje", send: "Enviar", you: "Usted: ", town: "Municipio: ", choices: "Elija una respuesta",
      again: "Empezar de nuevo", waiting: "Aún no se envió. Intentando otra vez…",
      offline: "Sin conexión con el municipio. Intentando otra vez…", refused: "Este mensaje no se envió.",
      picture: "Archivo adjunto", newTab: " (se abre en otra pestaña)",
    },
  };
  const words = WORDS[language] || WORDS.en;

  const STYLE = "{{ style }}"; // widget.css, put in by the server

  // ---- What is remembered on this device: the session, how far it read, what was said, what is still to be sent.

  const KEY = `townclerk:${base.href}`;
  const EMPTY = { session: null, lastEventId: 0, said: [], unsent: [] };
  const KEPT = 200;
  let memory = recall();

  function recall() {
    try {
      return { ...EMPTY, said: [], unsent: [], ...JSON.parse(localStorage.getItem(KEY) || "{}") };
    } catch {
      return { ...EMPTY, said: [], unsent: [] };
    }
  }

  function remember() {
    memory.said = memory.said.slice(-KEPT);
    try {
      localStorage.setItem(KEY, JSON.stringify(memory));
    } catch {
      // Storage is full or forbidden: the chat works, and forgets on reload.
    }
  }

  // ---- Elements. Text only ever enters as text.

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function icon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z");
    svg.append(path);
    return svg;
  }

  const host = element("townclerk-chat", { lang: WORDS[language] ? language : "en" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const launcher = element("button", { class: "launcher", type: "button", "aria-expanded": "false", "aria-controls": "panel" }, icon(), words.open);
  const about = element("p", { class: "about" }, words.about);
  if (script.dataset.phone) {
    about.append(words.call, element("a", { href: `tel:${script.dataset.phone.replace(/[^+\d]/g, "")}` }, script.dataset.phone));
  }
  const again = element("button", { class: "plain", type: "button" }, words.again);
  const close = element("button", { class: "plain close", type: "button", "aria-label": words.close }, "×");
  const log = element("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": words.log, tabindex: "0" });
  const status = element("p", { class: "status", role: "status" });
  const input = element("input", { id: "text", type: "text", autocomplete: "off", maxlength: "4096", enterkeyhint: "send" });
  const form = element("form", {}, element("label", { for: "text" }, words.label), input, element("button", { type: "submit" }, words.send));
  const panel = element("section", { id: "panel", class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "title" },
    element("div", { class: "top" }, element("div", {}, element("h2", { id: "title" }, words.title), about), again, close),
    log, status, form);
  panel.hidden = true;
  root.append(panel, launcher);

  // ---- The transcript.

  const LINK = /\[([^\]\n]+)\]\((https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)|https?:\/\/[^\s<>"']+/g;

  function linked(text) {
    const paragraph = element("p", { dir: "auto" });
    let end = 0;
    for (const match of text.matchAll(LINK)) {
      // A full stop or bracket after a bare address belongs to the sentence.
      const whole = match[2] ? match[0] : match[0].replace(/[.,;:!?)\]]+$/, "");
      paragraph.append(text.slice(end, match.index), link(match[2] || whole, match[1] || whole));
      end = match.index + whole.length;
    }
    paragraph.append(text.slice(end));
    return paragraph;
  }

  function link(address, label) {
    const anchor = element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
    anchor.append(element("span", { class: "unseen" }, words.newTab));
    return anchor;
  }

  function bubble(item) {
    const who = element("span", { class: "unseen" }, item.mine ? words.you : words.town);
    const said = element("div", { class: item.mine ? "said mine" : "said" }, who, linked(item.text));
    if (item.language) said.lang = item.language;
    for (const address of item.attachments || []) {
      if (/^https?:\/\//.test(address)) said.append(element("p", {}, link(address, words.picture)));
    }
    if (item.error) said.append(element("p", { class: "error" }, item.error));
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
    log.append(bubble(item));
    if (item.mine) retireChoices();
    else if (item.choices && item.choices.length) log.append(choiceButtons(item));
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
    log.replaceChildren(bubble({ text: words.hello, language: host.lang }));
    memory.said.forEach(show);
    if (memory.unsent.length) showDots();
  }

  // ---- Sending: what is written is kept until the town says it has it, and posted again under the same id.

  function press(button, choice) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-pressed", "true");
    say({ choice: choice.id }, choice.title);
  }

  function say(content, shown) {
    const id = crypto.randomUUID ? crypto.randomUUID() : uuid();
    memory.said.push({ mine: true, id, text: shown });
    memory.unsent.push({ id, language: host.lang, ...content });
    remember();
    show(memory.said.at(-1));
    showDots();
    deliver();
  }

  function uuid() {
    // randomUUID is missing on pages without TLS.
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  let delivering = false;

  async function deliver() {
    if (delivering) return;
    delivering = true;
    for (let failures = 0; memory.unsent.length; ) {
      if (await postFirst()) {
        failures = 0;
        status.textContent = "";
      } else {
        status.textContent = words.waiting;
        await pause(++failures);
      }
    }
    delivering = false;
    listen();
  }

  /** Post the oldest unsent message; false means: try again later. */
  async function postFirst() {
    const message = memory.unsent[0];
    try {
      if (!(await session())) return false;
      const response = await fetch(new URL("chat/messages", base), {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${memory.session}` },
        body: JSON.stringify(message),
      });
      if (response.status === 401) forgetSession();
      if (response.status === 401 || response.status === 408 || response.status === 429 || response.status >= 500) return false;
      if (!response.ok) await refuse(message, response);
    } catch {
      return false;
    }
    memory.unsent = memory.unsent.filter((other) => other.id !== message.id);
    remember();
    return true;
  }

  async function refuse(message, response) {
    const answer = await response.json().catch(() => ({}));
    const item = memory.said.find((other) => other.id === message.id);
    if (item) item.error = `${words.refused} ${answer.error || ""}`.trim();
    redraw();
  }

  async function session() {
    if (!memory.session) {
      const response = await fetch(new URL("chat/sessions", base), { method: "POST" });
      if (!response.ok) return null;
      memory.session = (await response.json()).session;
      remember();
      listen();
    }
    return memory.session;
  }

  function forgetSession() {
    memory.session = null;
    memory.lastEventId = 0;
    remember();
  }

  function pause(failures) {
    const wait = Math.min(1000 * 2 ** (failures - 1), 15000) * (1 + Math.random() / 4);
    return new Promise((resolve) => setTimeout(resolve, wait));
  }

  // ---- Listening: fetch rather than EventSource, which cannot keep the token out of the address.

  let listening = null;

  async function listen() {
    if (listening || !memory.session) return;
    const mine = (listening = new AbortController());
    for (let failures = 0; listening === mine && memory.session; ) {
      const came = await readEvents(mine.signal);
      if (listening !== mine) return;
      failures = came ? 1 : failures + 1;
      if (failures > 2) status.textContent = words.offline;
      await pause(failures);
    }
    if (listening === mine) listening = null;
  }

  /** Read until the connection ends; true if it was ever there. */
  async function readEvents(signal) {
    let came = false;
    try {
      const response = await fetch(new URL("chat/events", base), {
        headers: { Authorization: `Bearer ${memory.session}`, "Last-Event-ID": String(memory.lastEventId) },
        signal,
      });
      if (response.status === 401) forgetSession();
      if (!response.ok) return false;
      came = true;
      if (!memory.unsent.length) status.textContent = "";
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let buffer = ""; ; ) {
        const { value, done } = await reader.read();
        if (done) break;
        const frames = (buffer + value).split("\n\n");
        buffer = frames.pop();
        frames.forEach(hear);
      }
    } catch {
      // Aborted, or the network went: the loop decides.
    }
    return came;
  }

  function hear(frame) {
    const field = (name) => (frame.match(new RegExp(`^${name}: (.*)$`, "m")) || [])[1];
    if (field("event") !== "message") return;
    const message = JSON.parse(field("data"));
    memory.lastEventId = Number(field("id"));
    if (!memory.said.some((item) => !item.mine && item.id === message.id)) {
      memory.said.push(message);
      show(message);
    }
    remember();
  }

  // ---- Opening and closing.

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
    if (event.key === "Escape" && !event.isComposing) shut();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    say({ text }, text);
  });
  again.addEventListener("click", () => {
    if (listening) listening.abort();
    listening = null;
    memory = { ...EMPTY, said: [], unsent: [] };
    remember();
    status.textContent = "";
    redraw();
    input.focus();
  });

  redraw();
  document.body.append(host);
  if (memory.unsent.length) deliver();
  else listen();
})();
