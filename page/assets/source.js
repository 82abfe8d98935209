// Citations: hover shows the quote, a click opens the source panel; arrows walk from one citation to the next.
(() => {
  const panel = () => document.querySelector("aside.panel");
  const body = () => panel().querySelector(".panel-body");
  let open = null; // { group, number, chip, whole }

  const groupOf = (chip) => chip.closest(".exchange, .hits");
  const sourceOf = (chip) => groupOf(chip)?.querySelector(`.source[data-number="${chip.dataset.cite}"]`);
  const sourcesIn = (group) => [...group.querySelectorAll(".source")];

  // --- the panel ---

  const show = async (group, number, chip, whole = false) => {
    const source = group.querySelector(`.source[data-number="${number}"]`);
    if (!source) return;
    open = { group, number: Number(number), chip: chip ?? open?.chip ?? null, whole };
    mark(group, number);
    const side = panel();
    side.hidden = false;
    document.body.classList.add("source-open");
    steps(side, group);
    const asked = open;
    if (!body().querySelector(".article")) say(body().dataset.loading);
    const html = await fetched(source, whole);
    if (open !== asked) return; // another citation was opened meanwhile
    if (html.page) body().innerHTML = html.page;
    else gone(source, html.trouble);
    settle();
  };

  const fetched = async (source, whole) => {
    const { document: id, start, end } = source.dataset;
    const query = new URLSearchParams({ start, end, lang: body().dataset.language, whole: String(whole) });
    try {
      const response = await fetch(`/source/${encodeURIComponent(id)}?${query}`);
      return response.ok ? { page: await response.text() } : { trouble: body().dataset.gone };
    } catch {
      return { trouble: body().dataset.unreachable };
    }
  };

  const steps = (side, group) => {
    const all = sourcesIn(group);
    const at = all.findIndex((source) => Number(source.dataset.number) === open.number);
    const place = side.querySelector(".panel-place");
    place.textContent = fill(place.dataset.of, at + 1, all.length);
    side.querySelector("[data-panel=previous]").disabled = at <= 0;
    side.querySelector("[data-panel=next]").disabled = at >= all.length - 1;
  };

  const step = (by) => {
    const all = sourcesIn(open.group);
    const at = all.findIndex((source) => Number(source.dataset.number) === open.number) + by;
    if (all[at]) show(open.group, all[at].dataset.number, null);
  };

  const settle = () => {
    const article = body().querySelector(".article");
    const quote = article?.querySelector("#quote");
    if (quote) article.scrollTop = quote.offsetTop - Math.max(24, (article.clientHeight - quote.offsetHeight) / 3);
    if (panel().contains(document.activeElement)) return;
    if (open.chip === document.activeElement) panel().querySelector("[data-panel=close]").focus({ preventScroll: true });
  };

  const close = () => {
    if (!open) return;
    panel().hidden = true;
    document.body.classList.remove("source-open");
    mark(null);
    const { chip } = open;
    open = null;
    body().replaceChildren();
    if (chip?.isConnected) chip.focus({ preventScroll: true });
  };

  const mark = (group, number) => {
    document.querySelectorAll("[data-cite].current").forEach((chip) => chip.classList.remove("current"));
    group?.querySelectorAll(`[data-cite="${number}"]`).forEach((chip) => chip.classList.add("current"));
  };

  const say = (words) => {
    const line = Object.assign(document.createElement("p"), { className: "notice", textContent: words });
    body().replaceChildren(line);
  };

  const gone = (source, words) => {
    say(words);
    const quote = source.querySelector("q, .nearest-text, .hit-text");
    if (!quote) return;
    body().append(Object.assign(document.createElement("blockquote"), { textContent: quote.textContent }));
  };

  const fill = (template, ...values) => values.reduce((text, value) => text.replace("{}", value), template);

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("a[data-cite]");
    if (chip && groupOf(chip) && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      hideTip();
      show(groupOf(chip), chip.dataset.cite, chip);
      return;
    }
    const button = event.target.closest("[data-panel]");
    if (!button || !open) return;
    const what = button.dataset.panel;
    if (what === "close") close();
    else if (what === "previous" || what === "next") step(what === "next" ? 1 : -1);
    else show(open.group, open.number, null, what === "whole");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (tipShown()) hideTip();
      else close();
    }
    if (!open || event.target.closest("input, textarea, select")) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });

  // --- the quote on hover or focus ---

  const tip = () => document.getElementById("tip");
  const tipShown = () => tip() && !tip().hidden;
  const hideTip = () => {
    if (tip()) tip().hidden = true;
  };

  const tipFor = (target) => {
    if (target.dataset.tip) return { words: target.dataset.tip };
    const source = sourceOf(target);
    const quote = source?.querySelector("q");
    if (!quote || target.closest(".source")) return null;
    return { words: quote.textContent, place: source.querySelector(".source-place")?.textContent };
  };

  const showTip = (target) => {
    const said = tipFor(target);
    if (!said || !tip()) return;
    const box = tip();
    const words = Object.assign(document.createElement("p"), { textContent: said.words });
    box.replaceChildren(words);
    if (said.place) box.append(Object.assign(document.createElement("p"), { className: "tip-place", textContent: said.place }));
    box.hidden = false;
    const at = target.getBoundingClientRect();
    const left = Math.min(Math.max(12, at.left + at.width / 2 - box.offsetWidth / 2), innerWidth - box.offsetWidth - 12);
    const above = at.top - box.offsetHeight - 8;
    box.style.left = `${left}px`;
    box.style.top = `${above > 64 ? above : at.bottom + 8}px`;
  };

  const TIPPED = ".answer a.cite, .answer button.flag";
  document.addEventListener("mouseover", (event) => {
    const target = event.target.closest(TIPPED);
    if (target) showTip(target);
    else if (!event.target.closest("#tip")) hideTip();
  });
  document.addEventListener("focusin", (event) => {
    const target = event.target.closest(TIPPED);
    if (target?.matches(":focus-visible")) showTip(target);
    else hideTip();
  });
  document.addEventListener("click", (event) => {
    const flag = event.target.closest("button.flag");
    if (flag) showTip(flag);
  });
  addEventListener("scroll", hideTip, { passive: true, capture: true });
})();
