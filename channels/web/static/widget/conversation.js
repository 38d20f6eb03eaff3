/* One conversation with the town: what is remembered on this device, sending, listening. Knows no elements. */
class Conversation {
  static KEPT = 200;

  /**
   * `name` keeps conversations of one page apart. `view` is told: heard(item), refused(), changed(), and trouble(kind)
   * with kind "waiting", "offline" or null.
   */
  constructor(base, name, view) {
    this.base = base;
    this.view = view;
    this.key = `townclerk:${base.href}${name}`;
    this.delivering = false;
    this.listening = null;
    // A session that the town no longer knows: another tab may still have it.
    this.lost = null;
    this.begin(0);
    this.merge(this.kept());
    // What this tab has to post: its own, and what was left behind. The rest is the other tabs' business.
    this.own = new Set(this.said.filter((item) => item.unsent).map((item) => item.id));
  }

  /** Start with nothing; of two beginnings the later one counts, in all tabs. */
  begin(begun) {
    Object.assign(this, { begun, session: null, lastEventId: 0, said: [] });
  }

  /** What was written and not yet taken by the town: `unsent` of an item is what to post. */
  get unsent() {
    return this.said.filter((item) => item.unsent && this.own.has(item.id));
  }

  resume() {
    addEventListener("storage", (event) => {
      if (event.key === this.key) this.follow();
    });
    addEventListener("online", () => wake());
    if (this.unsent.length) this.deliver();
    else this.listen();
  }

  forget() {
    this.stopListening();
    this.begin(Date.now());
    this.write();
  }

  // ---- Remembering: several tabs write the same place, so that nobody may put a state over another's.

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write() {
    const { begun, session, lastEventId, said } = this;
    try {
      localStorage.setItem(this.key, JSON.stringify({ begun, session, lastEventId, said }));
    } catch {
      // Storage is full or forbidden: the chat works, and forgets on reload.
    }
  }

  /** Another tab has written, heard or begun anew: show the same here. */
  follow() {
    const { begun, session } = this;
    const added = this.merge(this.kept());
    if (this.begun !== begun) this.view.changed();
    else added.forEach((item) => this.view.heard(item));
    if (this.session === session) return;
    this.stopListening();
    this.listen();
  }

  remember() {
    this.merge(this.kept()).forEach((item) => this.view.heard(item));
    this.said = this.said.slice(-Conversation.KEPT);
    this.write();
  }

  /** Take in what other tabs have written down, without losing what is only here; returns the items that are new. */
  merge(kept) {
    if (!kept || (kept.begun || 0) < this.begun) return [];
    if (kept.begun > this.begun) this.begin(kept.begun);
    if (kept.session && kept.session !== this.lost) {
      this.lastEventId = kept.session === this.session ? Math.max(this.lastEventId, kept.lastEventId) : kept.lastEventId;
      this.session = kept.session;
    }
    const known = new Map(this.said.map((item) => [item.id, item]));
    const added = kept.said.filter((item) => !known.has(item.id));
    // What one tab has posted is posted.
    for (const item of kept.said) if (!item.unsent && known.has(item.id)) delete known.get(item.id).unsent;
    this.said.push(...added);
    this.said.sort((one, other) => (one.at || 0) - (other.at || 0));
    return added;
  }

  // ---- Sending: what is written is kept until the town says it has it, and is posted again under the same id.

  /** `content` is {text}, {choice}, {location} or {attachments}; returns what to show. */
  say(content, shown, language) {
    const id = uuid();
    const item = { mine: true, id, text: shown, at: Date.now(), unsent: { id, language, ...content } };
    this.own.add(id);
    this.said.push(item);
    this.remember();
    this.deliver();
    return item;
  }

  async deliver() {
    if (this.delivering) return;
    this.delivering = true;
    for (let failures = 0; this.unsent.length; ) {
      if (await alone(this.key, () => this.postFirst())) {
        failures = 0;
        this.view.trouble(null);
      } else {
        this.view.trouble("waiting");
        await pause(++failures);
      }
    }
    this.delivering = false;
    this.listen();
  }

  /** Post the oldest unsent message; false means: try again later. */
  async postFirst() {
    this.follow();
    const [item] = this.unsent;
    if (!item) return true;
    try {
      if (!(await this.openSession())) return false;
      const response = await this.request("chat/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(item.unsent),
      });
      if ([401, 408, 429].includes(response.status) || response.status >= 500) return false;
      if (!response.ok) await this.refused(item, response);
    } catch {
      return false;
    }
    delete item.unsent;
    this.remember();
    return true;
  }

  /** Post a picture and return its address, which goes into a message; throws when that fails. */
  async upload(picture) {
    if (!(await this.openSession())) throw new Error("no session");
    const response = await this.request("chat/pictures", { method: "POST", body: picture });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()).url;
  }

  async refused(item, response) {
    const answer = await response.json().catch(() => ({}));
    item.error = answer.error || String(response.status);
    this.view.refused();
  }

  async openSession() {
    if (this.session) return true;
    const response = await fetch(new URL("chat/sessions", this.base), { method: "POST" });
    if (!response.ok) return false;
    this.session = (await response.json()).session;
    this.lastEventId = 0;
    this.remember();
    this.listen();
    return true;
  }

  async request(path, options) {
    const { session } = this;
    const headers = { ...options.headers, Authorization: `Bearer ${session}` };
    const response = await fetch(new URL(path, this.base), { ...options, headers });
    // The town no longer knows this session: the next message opens a new one.
    if (response.status === 401 && this.session === session) {
      this.lost = session;
      this.session = null;
    }
    return response;
  }

  // ---- Listening: fetch rather than EventSource, which cannot keep the token out of the address.

  stopListening() {
    if (this.listening) this.listening.abort();
    this.listening = null;
  }

  async listen() {
    if (this.listening || !this.session) return;
    const mine = (this.listening = new AbortController());
    for (let failures = 0; this.listening === mine && this.session; await pause(failures)) {
      const connected = await this.readEvents(mine.signal);
      if (this.listening !== mine) return;
      failures = connected ? 1 : failures + 1;
      if (failures > 2 && !this.unsent.length) this.view.trouble("offline");
    }
    if (this.listening === mine) this.listening = null;
  }

  /** Read until the connection ends; true if there was one. */
  async readEvents(signal) {
    try {
      const headers = { "Last-Event-ID": String(this.lastEventId) };
      const response = await this.request("chat/events", { headers, signal });
      if (!response.ok) return false;
      if (!this.unsent.length) this.view.trouble(null);
      await this.readFrames(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch {
      // Stopped, or the network went: the loop decides.
      return false;
    }
    return true;
  }

  async readFrames(reader) {
    for (let buffer = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const frames = (buffer + value).split("\n\n");
      buffer = frames.pop();
      frames.forEach((frame) => this.hear(frame));
    }
  }

  hear(frame) {
    const field = (name) => (frame.match(new RegExp(`^${name}: (.*)$`, "m")) || [])[1];
    if (field("event") !== "message") return;
    const item = { ...JSON.parse(field("data")), at: Date.now() };
    this.lastEventId = Number(field("id"));
    // As it may have been heard by another tab meanwhile.
    this.follow();
    const known = this.said.some((other) => other.id === item.id);
    if (!known) this.said.push(item);
    this.remember();
    if (!known) this.view.heard(item);
  }
}

/** Wait longer after each failure, up to 15 seconds, and not at the same moment as everybody else. */
function pause(failures) {
  const wait = Math.min(1000 * 2 ** (failures - 1), 15000) * (1 + Math.random() / 4);
  return new Promise((resolve) => {
    resting.add(resolve);
    setTimeout(() => {
      resting.delete(resolve);
      resolve();
    }, wait);
  });
}

const resting = new Set();

/** The network is back: try again now. */
function wake() {
  for (const resolve of resting) resolve();
  resting.clear();
}

/** Do `step` while no other tab does; where the browser has no locks, at once. */
function alone(key, step) {
  return navigator.locks ? navigator.locks.request(key, step) : step();
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Missing on pages without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
