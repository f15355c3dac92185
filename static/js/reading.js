/* What a reader can do with a story: text size, sharing, keeping it for later. And the count of readings. */
const root = document.documentElement;
const tools = document.querySelector("[data-tools]");
const say = (words) => { tools.querySelector("[role=status]").textContent = words; };
/* static/js/shelf.js is asked for when it is needed, not before the story can be read. */
const shelf = () => import(tools.dataset.shelf);

/* --- Text size: a step between the smallest and the largest, kept on the device. */
const SIZES = [0.9, 1, 1.15, 1.3, 1.5];

function remembered() {
  /* Set by static/js/early.js. */
  try { return Number(localStorage.getItem("text-scale")); } catch { return 1; }
}

let step = SIZES.indexOf(SIZES.includes(remembered()) ? remembered() : 1);

function resize() {
  root.style.setProperty("--reading", SIZES[step]);
  for (const button of tools.querySelectorAll("[data-larger]")) {
    button.disabled = SIZES[step + Number(button.dataset.larger)] === undefined;
    button.onclick = () => {
      step += Number(button.dataset.larger);
      try { localStorage.setItem("text-scale", SIZES[step]); } catch { /* Kept for this page alone. */ }
      resize();
    };
  }
}

/* --- Sharing: the device's own sheet where there is one, else the plain links that are there without scripts. */
function offerSharing() {
  const address = document.querySelector("link[rel=canonical]").href;
  const summary = tools.querySelector("summary");
  const copy = tools.querySelector("[data-copy]");
  summary.onclick = (event) => {
    if (!navigator.share) return;
    event.preventDefault();
    navigator.share({ title: document.querySelector("h1").textContent, url: address }).catch(() => {});
  };
  copy.hidden = !navigator.clipboard;
  copy.onclick = async () => {
    await navigator.clipboard.writeText(address);
    say(copy.dataset.copy);
  };
}

/* --- Keeping: pages stand in the browser's own cache, which only secure pages have. */
async function offerKeeping() {
  if (!window.caches || !navigator.serviceWorker) return;
  navigator.serviceWorker.register(tools.dataset.worker).catch(() => {});
  const button = tools.querySelector("[data-keep]");
  const kept = await caches.open("kept");
  const show = async () => button.setAttribute("aria-pressed", Boolean(await kept.match(location.pathname)));
  button.onclick = async () => {
    button.disabled = true;
    const { keep, remove } = await shelf();
    const away = button.getAttribute("aria-pressed") === "true";
    try { await (away ? remove("kept", location.pathname) : keep("kept", tools.dataset.saved)); } catch { say(button.dataset.failed); }
    button.disabled = false;
    await show();
  };
  await show();
  button.hidden = false;
}

if (tools) {
  for (const part of tools.querySelectorAll("[data-scripted]")) part.hidden = false;
  resize();
  offerSharing();
  offerKeeping();
  if ("offline" in root.dataset) addEventListener("online", () => location.reload());
}

/* --- The count: once a page, after five seconds in view. No cookie goes with it and nothing is kept. */
const story = document.querySelector("[data-reads]");
const [navigation] = performance.getEntriesByType("navigation");
let seconds = 5;

function look() {
  if (document.visibilityState !== "visible" || --seconds) return;
  clearInterval(timer);
  fetch(story.dataset.reads, {
    method: "POST", body: story.dataset.story, headers: { "Content-Type": "application/json" },
    credentials: "omit", keepalive: true,
  }).catch(() => {});
  if (tools && window.caches && !("offline" in root.dataset)) {
    shelf().then(({ keep }) => keep("read", tools.dataset.saved)).catch(() => {});
  }
}

/* Neither a page loaded again nor one gone back to is one more reading. */
const timer = story && !/reload|back/.test(navigation?.type) && setInterval(look, 1000);
