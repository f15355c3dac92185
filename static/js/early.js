/* What a story's page does before it is painted: the size of text that the reader chose (static/js/reading.js, which
   keeps it and comes when all else is there: until then it would only hold the picture up). */
{
  const { late } = document.currentScript.dataset;
  try {
    const scale = localStorage.getItem("text-scale");
    if (scale) document.documentElement.style.setProperty("--reading", scale);
  } catch { /* Nothing is kept in this browser. */ }
  addEventListener("load", () => import(late));
}
