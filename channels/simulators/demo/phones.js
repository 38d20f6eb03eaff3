// The demo's phones, and the cases that the town received. What others wrote becomes text here, never markup.
"use strict";
(() => {
  const EVERY = 1000; // milliseconds
  const AWAY = "The town does not answer. Is it still running?";
  const SQUARE = { latitude: 40.5, longitude: -88.49999 }; // in the middle of Springdale

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // Runs `job` now and then while somebody looks, one at a time; returns what runs it at once.
  const whileVisible = (job) => {
    let running = null;
    const run = () => (running ??= job().finally(() => (running = null)));
    const look = () => document.hidden || run();
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    look();
    return run;
  };

  // Returns what went wrong, in words; empty when nothing did.
  const post = async (path, content) => {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(content),
      });
      return answer.ok ? "" : await answer.text();
    } catch {
      return AWAY;
    }
  };

  const get = async (path) => {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };

  // A number of this browser's own; a reload keeps it.
  const visitorOf = (kind, makeUp) => {
    const name = `townclerk-demo-${kind}`;
    try {
      const kept = localStorage.getItem(name) ?? makeUp();
      localStorage.setItem(name, kept);
      return kept;
    } catch {
      return makeUp(); // storage is off
    }
  };
  const digits = (count) =>
    Array.from(crypto.getRandomValues(new Uint8Array(count)), (value) => value % 10).join("");

  const dressed = ({ type, url }, inside) => {
    if (type === "text_link" && /^https?:\/\//.test(url))
      return make("a", { href: url, target: "_blank", rel: "noreferrer" }, inside);
    const tag = { bold: "strong", italic: "em" }[type];
    return tag ? make(tag, {}, inside) : inside;
  };

  // Telegram counts in UTF-16, as scripts do.
  const formatted = (text, entities) => {
    const edges = entities.flatMap(({ offset, length }) => [offset, offset + length]);
    const cuts = [...new Set([0, ...edges, text.length])].sort((one, other) => one - other);
    return cuts.slice(1).map((end, index) =>
      entities
        .filter(({ offset, length }) => offset <= cuts[index] && end <= offset + length)
        .reduce((inside, entity) => dressed(entity, inside), text.slice(cuts[index], end)),
    );
  };

  const SENDERS = { me: "You: ", town: "Town: ", carrier: "Carrier: " };

  const bubbleOf = (line, press) => {
    const bubble = make("div", { class: `bubble from-${line.from}` });
    const text = make("p", { dir: "auto" }, ...formatted(line.text, line.entities ?? []));
    text.prepend(make("span", { class: "heard" }, SENDERS[line.from]));
    bubble.append(text);
    if (line.segments)
      bubble.append(make("p", { class: "small" }, `${line.segments} segment${line.segments > 1 ? "s" : ""}`));
    if (line.from === "carrier") bubble.append(make("p", { class: "small" }, "from the carrier itself"));
    for (const button of line.buttons ?? []) bubble.append(buttonOf(button, press));
    return bubble;
  };

  const buttonOf = ({ text, press: data }, press) => {
    const button = make("button", { type: "button", class: "inline" }, text);
    button.addEventListener("click", async () => {
      button.classList.add("pressed");
      await press({ press: data });
    });
    return button;
  };

  const headed = (place, title, line) =>
    place.prepend(make("h2", {}, title), make("p", { class: "explained" }, line));

  const phone = (kind, { title, line, makeUp, name, tries, more = [] }) => {
    const place = document.getElementById(`demo-${kind}`);
    if (!place) return;
    const path = `demo/phones/${kind}`;
    const visitor = visitorOf(kind, makeUp);
    const log = make("div", { class: "log", role: "log", "aria-label": `Messages, ${title}`, tabindex: "0" });
    const status = make("p", { class: "status", role: "status" });
    const input = make("input", { id: `demo-${kind}-text`, autocomplete: "off", maxlength: "1600", required: "" });
    const form = make("form", {}, make("label", { for: input.id }, "Your message"), input, make("button", {}, "Send"));
    let shown = 0;

    const look = async () => {
      try {
        const { bubbles, count } = await get(`${path}?${new URLSearchParams({ visitor, after: shown })}`);
        if (status.textContent === AWAY) status.textContent = "";
        if (count < shown) log.replaceChildren(); // the town was started again
        shown = count < shown ? 0 : count;
        for (const bubble of bubbles) log.append(bubbleOf(bubble, send));
        if (bubbles.length) log.scrollTop = log.scrollHeight;
      } catch {
        status.textContent = AWAY;
      }
    };
    const send = async (content) => {
      status.textContent = await post(path, { visitor, ...content });
      await run();
    };
    const offered = make("div", { class: "tries" });
    for (const [label, content] of [...tries.map((text) => [text, { text }]), ...more]) {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => send(content));
      offered.append(button);
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = input.value.trim();
      input.value = "";
      if (text) await send({ text });
      if (text && status.textContent && !input.value) input.value = text;
    });
    const screen = make("div", { class: "screen" }, make("p", { class: "name" }, name), log, offered, form);
    place.append(make("div", { class: `phone ${kind}` }, screen), status);
    headed(place, title, line);
    const run = whileVisible(look);
  };

  const described = (name, value) => (value ? [make("dt", {}, name), make("dd", { dir: "auto" }, value)] : []);

  const caseOf = (found, close) => {
    const item = make("li", { class: `case ${found.status}`, tabindex: "-1", "data-id": found.id });
    const mark = make("span", { class: "mark" }, found.status === "open" ? "Open" : "Fixed");
    item.append(make("h3", {}, `${found.service} `, make("span", { class: "number" }, found.id)), mark);
    const facts = make("dl", {});
    facts.append(
      ...described("Where", found.address),
      ...described("What", found.description),
      ...described("Reference", found.reference),
      ...described("Told", found.notes),
    );
    item.append(facts);
    for (const source of found.pictures) item.append(make("img", { src: source, alt: "Picture sent with the report" }));
    if (found.status === "open") {
      const button = make("button", { type: "button", "aria-label": `Mark ${found.id} as fixed` }, "Mark as fixed");
      button.addEventListener("click", () => close(found.id));
      item.append(button);
    }
    return item;
  };

  const backend = () => {
    const place = document.getElementById("demo-backend");
    if (!place) return;
    const status = make("p", { class: "status", role: "status" });
    const list = make("ul", { class: "cases" });
    const none = make("p", { class: "none" }, "Nothing yet. Report a pothole on one of the phones.");
    let shown = "";

    const look = async () => {
      try {
        const { cases } = await get("demo/backend");
        if (status.textContent === AWAY) status.textContent = "";
        if (JSON.stringify(cases) === shown) return;
        shown = JSON.stringify(cases);
        none.hidden = cases.length > 0;
        list.replaceChildren(...cases.map((found) => caseOf(found, close)));
      } catch {
        status.textContent = AWAY;
      }
    };
    const close = async (id) => {
      const trouble = await post(`demo/backend/${encodeURIComponent(id)}/close`, {});
      status.textContent = trouble || `${id} is fixed. Whoever reported it is told in a few seconds.`;
      await run();
      // Its button is gone, and the keyboard must stand somewhere.
      [...list.children].find((item) => item.dataset.id === id)?.focus();
    };
    place.append(none, list, status);
    headed(place, "What the town received", "Reports become cases here. Mark one as fixed: whoever reported it is told where they wrote.");
    const run = whileVisible(look);
  };

  const web = document.getElementById("demo-web");
  if (web && !web.querySelector("h2"))
    headed(web, "On the web", "The chat as it stands on the town's own pages. Ask something, or report a problem.");
  phone("sms", {
    title: "By SMS",
    line: "A phone that texts the town's number. The carrier is played; the messages are signed and counted as real ones.",
    name: "Town of Springdale",
    makeUp: () => `+1555555${digits(4)}`,
    tries: ["There is a pothole at 12 Oak Street", "When is the library open?"],
  });
  phone("telegram", {
    title: "In Telegram",
    line: "The same town as a bot, with buttons to press. Telegram is played; the bot speaks its real protocol.",
    name: "Springdale bot",
    makeUp: () => `${5}${digits(8)}`,
    tries: ["/start", "A street light is out"],
    more: [["Send a location", { location: SQUARE }]],
  });
  backend();
})();
