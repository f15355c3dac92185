/* Nothing typed is lost: within a second into this browser, within five to the server; and who else is here.
   restore.js has put back what was kept before. */
const { form, data, now, clock, snapshot, storageKey, read, write, drop, newKey, ...desk } = window.newsroomWriting || {};
const SAVE_EVERY = 4000, PING_EVERY = 10000, LONGEST_PAUSE = 12000;

if (form) start();

function start() {
  const parts = Object.fromEntries(["others", "stale", "trouble", "kept"].map((name) => [name, document.querySelector(`.writing-${name}`)]));
  const [sentence, signIn] = parts.trouble.children;
  const writer = window.newsroomWriting;
  const asText = () => JSON.stringify(snapshot());
  const opened = asText();
  // What the server has, what this browser keeps; text that came back from either or was refused is not there yet.
  let atServer = "bound" in data || desk.restored ? "" : opened;
  let here = atServer, keptHere = true, since = now();
  let asked = 0, failures = 0, under_way = null, pause = 0, leaving = false, held = false, note = "";

  const unsaved = () => asText() !== atServer;
  const fill = (name, value) => data[name].replace(/\{\w+\}/, value);
  const show = (part, text) => { if (part.textContent !== text) part.textContent = text; };
  const csrf = () => (document.cookie.match(/csrftoken=([\w-]+)/) || [0, form.elements.csrfmiddlewaretoken.value])[1];

  function keepHere(more = {}) {
    const fields = snapshot();
    const text = JSON.stringify(fields);
    if (text === here && !more.beat && !more.submitted) return;
    if (text !== here && here === atServer) since = now();
    const entry = { fields, at: now(), beat: now(), base: data.base, formKey: form.elements.form_key.value, ...more };
    entry.kept = text === atServer ? (Number(data.unsaved) || 0) : null;
    keptHere = write(entry);
    here = text;
  }

  function body(kind) {
    const fields = kind ? new FormData() : new FormData(form);
    if (kind) fields.set(kind, "1");
    // The token goes with the header: the one in the form is older than a login in another window.
    for (const name of [...fields.keys()]) if (/^_|^choose_|^csrf/.test(name)) fields.delete(name);
    fields.set("writer", data.writer);
    fields.set("base", data.base);
    fields.set("form_key", form.elements.form_key.value);
    return fields;
  }

  async function ask(kind) {
    const text = asText();
    asked = Date.now();
    if (!kind) show(parts.kept, data.saving);
    let answer;
    try {
      const response = await fetch(data.url, {
        method: "POST", body: body(kind), headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
        redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(10000),
      });
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      if (!response.ok || !isJson) return refused(response, isJson ? (await response.json()).error : "");
      answer = await response.json();
    } catch {
      return trouble(unsaved() ? "away" : "idle");
    }
    failures = pause = 0;
    show(sentence, "");
    signIn.hidden = true;
    take(answer, kind ? null : text);
  }

  function take(answer, text) {
    if (answer.change_url) becomeDraft(answer);
    if (text !== null && answer.saved_at) {
      atServer = text;
      data.unsaved = answer.number;
      show(parts.kept, fill("saved", clock(Date.parse(answer.saved_at))));
      keepHere({ beat: now() });
    }
    const names = answer.others || [];
    show(parts.others, names.length ? fill(names.length > 1 ? "many" : "one", names.join(", ")) : desk.twice ? data.twice : "");
    show(parts.stale, answer.stale ? data.stale : note);
  }

  /* The first autosave of a new story made it a draft: this form is that draft's from now on. */
  function becomeDraft(answer) {
    drop();
    Object.assign(data, { story: answer.id, url: answer.autosave_url, base: answer.base });
    form.elements.base.value = answer.base;
    form.action = answer.change_url;
    history.replaceState(null, "", answer.change_url);
  }

  function refused(response, error) {
    if (response.status === 401 || response.type === "opaqueredirect") {
      trouble("out", error);
      signIn.hidden = false;
    } else if (response.status === 404 && error) {
      // Deleted by somebody: what is typed here goes on as a story of its own.
      drop();
      Object.assign(data, { story: "new", url: data.newUrl, base: "", unsaved: 0 });
      form.elements.form_key.value = newKey();
      form.elements.base.value = "";
      form.action = data.newUrl.replace(/autosave\/$/, "");
      atServer = "";
      note = data.deleted;
      trouble("away");
    } else {
      trouble(response.status >= 500 ? (unsaved() ? "away" : "idle") : "refused", error);
    }
  }

  function trouble(name, error = "") {
    failures += 1;
    pause = Math.min(LONGEST_PAUSE, 1500 * 2 ** failures);
    signIn.hidden = true;
    const kept = keptHere || name === "idle" ? name : "nowhere";
    show(sentence, `${error} ${fill(kept, clock(since))}`.trim());
    show(parts.kept, "");
  }

  function go(kind) {
    if (!under_way) under_way = ask(kind).finally(() => { under_way = null; });
    return under_way;
  }

  function tick() {
    if (leaving) return;
    keepHere();
    const waited = Date.now() - asked;
    if (under_way || waited < pause) return;
    if (unsaved() && waited >= SAVE_EVERY) go();
    else if (waited >= PING_EVERY) {
      if (unsaved()) keepHere({ beat: now() });
      go("ping");
    }
  }

  form.addEventListener("submit", (event) => {
    // After signing in again in another window the token of this page is an old one.
    form.elements.csrfmiddlewaretoken.value = csrf();
    // The preview opens beside the form, which stays.
    if (event.submitter?.formTarget) return undefined;
    if (held) return event.preventDefault();
    if (under_way) {
      // What is on its way must not arrive after the save.
      const button = event.submitter;
      event.preventDefault();
      leaving = held = true;
      return Promise.race([under_way, new Promise((done) => setTimeout(done, 3000))]).then(() => {
        under_way = null;
        held = false;
        form.requestSubmit(button);
      });
    }
    leaving = true;
    const key = newKey();
    form.elements.save_key.value = key;
    keepHere({ submitted: key });
    return undefined;
  });
  document.getElementById("unsaved-text")?.addEventListener("submit", () => { leaving = writer.gone = true; drop(); });
  addEventListener("storage", (event) => { desk.twice ||= event.key === storageKey() && event.newValue !== null; });
  addEventListener("online", () => { pause = 0; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && !writer.gone && !keptHere && unsaved()) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (writer.gone) return;
    if (leaving) return;
    if (here !== atServer || unsaved()) keepHere({ beat: now(), left: true });
    if (data.story !== "new") {
      fetch(data.url, { method: "POST", body: body("leave"), headers: { "X-CSRFToken": csrf() }, keepalive: true }).catch(() => {});
    }
  });
  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
  setInterval(tick, 1000);
  go("ping");
}
