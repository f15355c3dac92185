/* A link to a field of the form (#id_body): the editor and the picture's chooser stand in for hidden elements, which
   the browser can neither scroll to nor focus by itself. They are built after the page: until then we look again. */
const STAND_INS = ".ProseMirror[contenteditable=true], .select2-selection";
const EVERY = 100, TRIES = 30;

function go(tries) {
  const field = /^#id_\w+$/.test(location.hash) && document.querySelector(location.hash);
  if (!field) return;
  const row = field.closest(".form-row") || field;
  const shown = row.querySelector(STAND_INS) || field;
  row.scrollIntoView({ block: "start" });
  shown.focus({ preventScroll: true });
  if (document.activeElement === document.body && tries > 0) setTimeout(go, EVERY, tries - 1);
}

go(TRIES);
addEventListener("load", () => go(TRIES));
addEventListener("hashchange", () => go(TRIES));
