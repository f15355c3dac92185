/* The focal point of a picture: a click sets it, and every crop shows at once what will be left of the picture. */
const place = document.querySelector(".focus");
const picture = place?.querySelector(".preview");
const point = place?.querySelector(".focus-point");
const across = document.querySelector("#id_focal_x");
const down = document.querySelector("#id_focal_y");
const file = document.querySelector("#id_file");

const percent = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

function show() {
  const [x, y] = [across.value === "" ? 50 : percent(across.value), down.value === "" ? 50 : percent(down.value)];
  point.hidden = false;
  point.style.left = `${x}%`;
  point.style.top = `${y}%`;
  for (const crop of place.querySelectorAll(".crop img")) crop.style.objectPosition = `${x}% ${y}%`;
}

function useWhole(source) {
  picture.src = source;
  for (const crop of place.querySelectorAll(".crop img")) crop.src = source;
  place.hidden = false;
  document.querySelector(".no-focus")?.remove();
  show();
}

function choose(event) {
  const frame = picture.getBoundingClientRect();
  across.value = percent((100 * (event.clientX - frame.left)) / frame.width);
  down.value = percent((100 * (event.clientY - frame.top)) / frame.height);
  for (const field of [across, down]) field.dispatchEvent(new Event("change", { bubbles: true }));
  show();
}

function read() {
  const [chosen] = file.files;
  if (!chosen) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    picture.removeAttribute("width");
    picture.removeAttribute("height");
    useWhole(reader.result);
  });
  reader.readAsDataURL(chosen);
}

if (place && across && down) {
  place.classList.add("live");
  picture.addEventListener("click", choose);
  for (const field of [across, down]) field.addEventListener("input", show);
  file?.addEventListener("change", read);
  if (!place.hidden) useWhole(picture.src);
}
