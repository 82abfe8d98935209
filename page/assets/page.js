// Buttons inside the page's own HTML, the address of the open conversation, copying, dropped files, the history drawer.
window.page = (() => {
  // --- buttons and forms with data-act tell Gradio what was meant ---

  const acts = (element, tell) => {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-act]");
      if (!button || !element.contains(button) || !confirmed(button)) return;
      const id = "gather" in button.dataset ? gathered(button).join(" ") : button.dataset.id ?? "";
      tell({ act: button.dataset.act, id, text: button.dataset.text ?? "" });
      if (["ask-about", "ask-in"].includes(button.dataset.act) || button.matches(".question [data-act=edit]")) focusQuestion();
      if (button.dataset.act === "open") closeHistory();
    });
    element.addEventListener("submit", (event) => {
      const form = event.target.closest("form[data-act]");
      if (!form) return;
      event.preventDefault();
      const fields = Object.fromEntries(new FormData(form));
      const chosen = new FormData(form).getAll("chosen");
      tell({ act: form.dataset.act, id: form.dataset.id ?? "", text: fields.text ?? "", fields, chosen });
    });
  };

  // A button with data-gather is about all that is ticked in its list; what can be done stands there once something is.
  const gathered = (within) =>
    [...within.closest(".documents").querySelectorAll(".choose input:checked")].map((box) => box.value);
  document.addEventListener("change", (event) => {
    if (!event.target.closest(".choose")) return;
    const list = event.target.closest(".documents");
    list.querySelector(".chosen").hidden = gathered(event.target).length === 0;
  });

  // A button with data-sure asks once more by its own label.
  const confirmed = (button) => {
    if (!button.dataset.sure || button.classList.contains("sure")) return true;
    const label = button.getAttribute("aria-label");
    button.classList.add("sure");
    button.textContent = button.dataset.sure;
    button.removeAttribute("aria-label");
    setTimeout(() => {
      button.classList.remove("sure");
      button.textContent = "";
      button.setAttribute("aria-label", label);
    }, 3000);
    return false;
  };

  // One question at a time: another one is held back while an answer is under way, and until the page has drawn the last.
  let asked = -Infinity;
  const hold = (event) => {
    if (document.querySelector("#live .working") || event.timeStamp - asked < 3000) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else asked = event.timeStamp;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.closest("#question")) hold(event);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#send, [data-act=put], [data-act=again]")) hold(event);
  }, true);

  const question = () => document.querySelector("#question textarea");
  const focusQuestion = () => setTimeout(() => question()?.focus(), 350);

  // --- after Gradio has drawn: the address names the conversation and what is asked, the newest exchange is in view ---

  let shownId = null;
  let shownCount = 0;

  const inAddress = (name, value) => {
    const address = new URL(location.href);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    if (address.href !== location.href) history.replaceState(null, "", address);
  };

  // Gradio keeps elements when it draws anew, and with them what was ticked or typed for something else.
  const asDrawn = (element) => {
    element.querySelectorAll("form").forEach((form) => form.reset());
    element.querySelectorAll(".choose input").forEach((box) => { box.checked = box.defaultChecked; });
  };

  const shown = (element) => {
    asked = -Infinity;
    asDrawn(element);
    const naming = element.querySelector(".renaming input, .naming input");
    if (naming) return naming.focus();
    if (element.querySelector(".exchange.working")) return intoView(element.querySelector(".exchange.working"));
    const limit = element.querySelector("[data-collections]");
    if (limit) {
      inAddress("in", limit.dataset.collections);
      return inAddress("about", limit.dataset.documents);
    }
    const conversation = element.querySelector(".conversation");
    if (!conversation && !element.querySelector(".welcome")) return undefined;
    const id = conversation?.dataset.conversation ?? null;
    const exchanges = conversation ? conversation.querySelectorAll(".exchange") : [];
    inAddress("c", id);
    if (id !== shownId || exchanges.length !== shownCount) {
      if (exchanges.length) intoView(exchanges[exchanges.length - 1]);
      else scrollTo({ top: 0 });
    }
    [shownId, shownCount] = [id, exchanges.length];
    return undefined;
  };

  const seen = new WeakSet(); // Gradio takes attributes off again when it draws
  const intoView = (exchange) => {
    if (seen.has(exchange)) return;
    seen.add(exchange);
    exchange.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  };
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- copying ---

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard outside https and this machine
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await copy(button.parentElement.querySelector(".copy-text").value);
    toast(button.dataset.done);
  });

  // --- exports: fetched, so that an error can be told instead of being saved as a file ---

  const toast = (words, lasting = false) => {
    document.querySelector(".toast")?.remove();
    const box = Object.assign(document.createElement("p"), { className: "toast", textContent: words });
    box.setAttribute("role", "status");
    document.body.append(box);
    if (!lasting) setTimeout(() => box.remove(), 4000);
  };

  const chosen = (link) => {
    const address = new URL(link.href);
    const boxes = link.closest(".menu-body").querySelectorAll(".choices input:checked");
    if (boxes.length) address.searchParams.set("exchanges", [...boxes].map((box) => box.value).join(","));
    return address;
  };

  const nameIn = (response) =>
    decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "answer");

  const save = async (link) => {
    const { working, done } = link.closest(".menu-body").dataset;
    toast(working, true);
    try {
      const response = await fetch(chosen(link));
      if (!response.ok) return toast((await response.json()).error[document.documentElement.lang === "en" ? "en" : "zh"]);
      const file = URL.createObjectURL(await response.blob());
      Object.assign(document.createElement("a"), { href: file, download: nameIn(response) }).click();
      setTimeout(() => URL.revokeObjectURL(file), 60000);
      return toast(done);
    } catch (error) {
      return toast(String(error.message ?? error));
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-export]");
    if (link) {
      event.preventDefault();
      link.closest("details").open = false;
      save(link);
    }
    const up = event.target.closest("button[data-up]");
    if (up) {
      const row = up.closest("li");
      row.previousElementSibling?.before(row);
      up.focus();
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // A menu opens upwards, or downwards where it would go under the bar.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu") || !menu.open) return;
    menu.classList.remove("below");
    const bar = document.querySelector(".bar").getBoundingClientRect();
    menu.classList.toggle("below", menu.querySelector(".menu-body").getBoundingClientRect().top < bar.bottom);
  }, true);

  // The other language shows the same conversation.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.language[lang]");
    if (link) link.search = location.search;
  });

  // --- trouble: Gradio notices it, in English; the page says it in its own words and comes back by itself ---

  let gone = false;
  const comeBack = async () => {
    try {
      if ((await fetch("/page/mark.svg", { cache: "no-store" })).ok) return location.reload();
    } catch { /* still away */ }
    return setTimeout(comeBack, 2000);
  };
  const trouble = (said) => {
    const words = document.querySelector(".panel-body").dataset;
    if (!/connection|reconnect|network/i.test(said)) return toast(words.failed);
    toast(words.unreachable, true);
    if (!gone) setTimeout(comeBack, 2000);
    gone = true;
    return undefined;
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        const said = node.querySelector?.("[data-testid=toast-text]");
        if (said && !leaving) trouble(said.textContent);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
  let leaving = false; // a reload cuts connections too
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("beforeunload", () => { leaving = true; });

  // --- the drawer with earlier conversations ---

  const historyToggle = () => document.getElementById("history-toggle");
  const setHistory = (open) => {
    document.body.classList.toggle("history-open", open);
    historyToggle()?.setAttribute("aria-expanded", String(open));
  };
  const closeHistory = () => setHistory(false);

  document.addEventListener("click", (event) => {
    if (event.target.closest("#history-toggle")) setHistory(!document.body.classList.contains("history-open"));
    else if (event.target.closest("#new-conversation")) { closeHistory(); focusQuestion(); }
    else if (document.body.classList.contains("history-open") && !event.target.closest("#history")) closeHistory();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeHistory();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-attach]")) document.querySelector("#composer-row input[type=file]")?.click();
  });

  // --- files dropped anywhere go to the upload field of the tab that is open ---

  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const cover = (visible) => {
    const shade = document.querySelector(".drop-cover");
    if (shade) shade.hidden = !visible;
  };
  const field = () =>
    [...document.querySelectorAll("#drop input[type=file], #composer-row input[type=file]")].find(
      (input) => input.closest("[role=tabpanel]")?.offsetParent !== null,
    );

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    cover(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) cover(false);
  });
  document.addEventListener("drop", (event) => {
    cover(false);
    if (!carriesFiles(event) || event.target.closest("#drop")) return;
    event.preventDefault();
    const input = field();
    if (!input) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // --- the curtain of the first paint goes when Gradio has drawn the page ---

  // Gradio writes the browser's language over the page's.
  const language = document.documentElement.lang;
  new MutationObserver(() => {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });

  document.addEventListener("DOMContentLoaded", () => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector("#talk .welcome, #talk .conversation")) return;
      document.getElementById("curtain")?.remove();
      watch.disconnect();
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });

  return { acts, shown, copy };
})();
