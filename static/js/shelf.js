/* Stories on the device: "kept" by the reader, and the last ones "read". static/js/offline.js shows them without network. */
const LAST_READ = 20;
/* What a page is shown with; its icon stands in it, as do its style sheets, but for some. */
const PARTS = "link[rel=stylesheet], script[src], [data-late]";
/* Without its looks, which this page's policy does not know. */
const parsed = async (page) => new DOMParser().parseFromString((await page.text()).replace(/<style>[^<]*/g, ""), "text/html");
const isStory = (address) => /\/\d+\/[^/]+\/$/.test(new URL(address, location).pathname);

/* Puts the open page on a shelf, with scripts and first picture. */
export async function keep(name, savedPage) {
  const shelf = await caches.open(name);
  const page = await fetch(location.pathname, { cache: "force-cache", credentials: "omit" });
  if (!page.ok) throw new Error(page.status);
  await shelf.put(location.pathname, page);
  const parts = [...document.querySelectorAll(PARTS)].flatMap((part) => [part.href ?? part.src, part.dataset.late]);
  parts.push(document.querySelector(".lead-figure img")?.currentSrc);
  const own = parts.filter((part) => part && new URL(part, location).origin === location.origin);
  await Promise.allSettled(own.map(async (part) => shelf.put(part, await answered(part, "force-cache"))));
  await keepSavedPage(savedPage).catch(() => {});
  if (name === "read") await trim(shelf);
}

/* The list of stories itself, which is shown in place of a page that is not here. */
async function keepSavedPage(address) {
  const shelf = await caches.open("pages");
  /* The page here may be newer than its parts: static/js/offline.js replaces it whenever it was read. */
  if (!(await shelf.match(address))) await shelf.put(address, await answered(address, "default"));
  const page = await shelf.match(address);
  const html = await parsed(page);
  const parts = [...html.querySelectorAll(PARTS)]
    .flatMap((part) => [part.getAttribute("href") ?? part.getAttribute("src"), part.dataset.shelf]).filter(Boolean);
  await Promise.allSettled(parts.map(async (part) => (await shelf.match(part)) ?? shelf.put(part, await answered(part, "force-cache"))));
}

async function answered(address, cache) {
  const answer = await fetch(address, { cache, credentials: "omit" });
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

/* A cache lists its pages as they came. */
async function trim(shelf) {
  const stories = (await shelf.keys()).filter(({ url }) => isStory(url));
  for (const { url } of stories.slice(0, Math.max(0, stories.length - LAST_READ))) await take(shelf, url);
}

export async function remove(name, address) {
  await take(await caches.open(name), address);
}

async function take(shelf, address) {
  const page = await shelf.match(address);
  await shelf.delete(address);
  const html = page && await parsed(page);
  const picture = html?.querySelector(".lead-figure img");
  if (!picture) return;
  const names = [picture.getAttribute("src"), ...(picture.srcset || "").split(",").map((part) => part.trim().split(" ")[0])];
  await Promise.all(names.filter(Boolean).map((name) => shelf.delete(name)));
}

/* The stories of a shelf, the newest first: `{address, headline}` of each. */
export async function stories(name) {
  const shelf = await caches.open(name);
  const found = (await shelf.keys()).filter(({ url }) => isStory(url)).reverse();
  return Promise.all(found.map(async ({ url }) => {
    const html = await parsed(await shelf.match(url));
    const time = html.querySelector(".byline time");
    return {
      address: new URL(url).pathname, headline: html.querySelector("h1")?.textContent ?? url, lang: html.documentElement.lang,
      date: time?.textContent ?? "", moment: time?.dateTime ?? "",
    };
  }));
}

/* Whether readers may still see a story: asked online, never guessed. A withdrawn one leaves the device. */
export async function isGone(address) {
  const answer = await fetch(address, { method: "HEAD", cache: "no-cache", credentials: "omit" });
  if (answer.status !== 404 && answer.status !== 410) return false;
  await Promise.all(["kept", "read"].map((name) => remove(name, address)));
  return true;
}
