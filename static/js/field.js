/* A link to a field of the form (#id_body): the editor and the picture's chooser stand in for elements that they hide,
   which the browser can then neither scroll to nor focus. They are built after the page: until then we look again. */
const STAND_INS = ".ProseMirror[contenteditable=true], .select2-selection";
const STOOD_FOR = "[data-django-prose-editor-configurable], .admin-autocomplete";
const EVERY = 100, TRIES = 300;

function go(tries, from = document.activeElement) {
  const field = /^#id_\w+$/.test(location.hash) && document.querySelector(location.hash);
  if (!field) return;
  const row = field.closest(".form-row") || field;
  const standIn = row.querySelector(STAND_INS);
  /* Somebody has gone on to another field meanwhile. */
  if (![document.body, field, standIn, from].includes(document.activeElement)) return;
  if (!standIn && field.matches(STOOD_FOR) && tries > 0) return setTimeout(go, EVERY, tries - 1, from);
  row.scrollIntoView({ block: "start" });
  (standIn || field).focus({ preventScroll: true });
}

go(TRIES);
addEventListener("hashchange", () => go(TRIES));
