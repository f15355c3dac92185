/* Videos, posts and maps of other sites: nothing is asked of them until a reader wants to see one. */
for (const place of document.querySelectorAll(".embed[data-frame]")) {
  const button = place.querySelector("button");
  for (const hidden of place.querySelectorAll("[hidden]")) hidden.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = place.dataset.frame;
    frame.title = place.dataset.title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    button.nextElementSibling.remove();
    button.replaceWith(frame);
    frame.focus();
  }, { once: true });
}
