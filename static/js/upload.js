/* Pictures by drag and drop, sent one by one with a bar for each. Without this script the form sends them all at once. */
const form = document.querySelector("#upload");
const input = form.querySelector("input[type=file]");
const list = form.querySelector(".outcomes");
const count = form.querySelector(".upload-count");
const zone = form.querySelector(".drop");
const queue = [];
let all = 0;
let done = 0;
let busy = false;

function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function add(files) {
  for (const file of files) {
    const row = make("li", "", "waiting");
    const words = make("span");
    const bar = make("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    words.append(make("strong", file.name), " ", make("span", form.dataset.waits));
    row.append(words, bar);
    list.append(row);
    queue.push({ file, row, words, bar });
    all += 1;
  }
  next();
}

function next() {
  count.textContent = all ? form.dataset.done.replace("%(done)s", done).replace("%(all)s", all) : "";
  const job = busy ? null : queue.shift();
  if (job) send(job);
}

function send(job) {
  busy = true;
  const data = new FormData(form);
  data.delete(input.name);
  data.append(input.name, job.file);
  const request = new XMLHttpRequest();
  request.open("POST", location.href);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) job.bar.value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => {
    const [outcome] = (request.status === 200 && request.response?.outcomes) || [];
    show(job, outcome || { kind: "refused", said: form.dataset.lost });
    done += 1;
    busy = false;
    next();
  });
  request.send(data);
}

function show({ row, words, bar }, outcome) {
  bar.remove();
  row.className = outcome.kind;
  words.lastChild.textContent = outcome.said;
  if (outcome.url) {
    const link = make("a", form.dataset.describe);
    link.href = outcome.url;
    words.append(" ", link);
  }
  if (outcome.thumbnail) {
    const picture = make("img", "", "thumbnail");
    picture.src = outcome.thumbnail;
    picture.alt = "";
    row.prepend(picture);
  }
}

zone.querySelector("label").textContent = form.dataset.drop;
form.querySelector("input[type=submit]").hidden = true;
input.addEventListener("change", () => {
  add([...input.files]);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => zone.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});
