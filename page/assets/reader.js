// The viewer: the highlighted stretch is in view when the page has been laid out.
document.addEventListener("DOMContentLoaded", () => {
  if (!location.hash) document.getElementById("quote")?.scrollIntoView({ block: "center" });
});
