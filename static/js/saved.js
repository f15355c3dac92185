/* The page of stories on this device. */
const page = document.querySelector("[data-shelf]");
const { isGone, remove, stories } = await import(page.dataset.shelf);

async function fill(list) {
  const row = list.querySelector("template").content;
  const found = await stories(list.dataset.stories);
  for (const story of found) {
    const item = row.cloneNode(true).firstElementChild;
    const link = item.querySelector("a");
    Object.assign(link, { href: story.address, textContent: story.headline, lang: story.lang });
    item.prepend(Object.assign(document.createElement("time"), { textContent: story.date, dateTime: story.moment }));
    item.querySelector("button").onclick = async () => {
      await remove(list.dataset.stories, story.address);
      item.remove();
      showEmpty(list);
    };
    item.querySelector("button").append(`: ${story.headline}`);
    list.append(item);
    checkThat(story, item, link);
  }
  showEmpty(list);
}

/* What was withdrawn meanwhile stays in the list with the word for it, and can no longer be read here. */
async function checkThat(story, item, link) {
  if (!navigator.onLine || !(await isGone(story.address).catch(() => false))) return;
  item.querySelector("[data-gone]").hidden = false;
  item.querySelector("button").hidden = true;
  link.removeAttribute("href");
}

function showEmpty(list) {
  const isEmpty = !list.querySelector(":scope > li");
  list.hidden = isEmpty;
  document.querySelector(`[data-empty=${list.dataset.stories}]`).hidden = !isEmpty;
}

if (window.caches) {
  document.querySelector("[data-unable]").hidden = true;
  for (const section of document.querySelectorAll("[data-able]")) section.hidden = false;
  for (const list of document.querySelectorAll("[data-stories]")) await fill(list);
}
addEventListener("online", () => location.reload());
