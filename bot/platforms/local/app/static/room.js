// What the browser does by itself in the rehearsal room: it reports presses, moves the hands of the clock,
// completes commands, and keeps scroll and focus where a person left them. Everything else is drawn by the server.
(() => {
  "use strict";

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const send = (payload) => emitEvent("room", payload);
  const read = (element) => JSON.parse(element.dataset.do);

  // --- presses and forms ---------------------------------------------------------------------

  // A card that was just pressed takes no second press until it had time to change: a double click is one press.
  const rests = new WeakMap();
  const resting = (element) => {
    const card = element.closest(".card");
    if (!card) return false;
    const now = performance.now();
    if (now - (rests.get(card) || -1000) < 450) return true;
    rests.set(card, now);
    return false;
  };

  document.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    if (jump) {
      const there = document.getElementById(jump.dataset.jump);
      if (there) {
        there.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
        there.focus({ preventScroll: true });
      }
      return;
    }
    const pressed = event.target.closest("button[data-do]");
    if (pressed && !pressed.disabled && !resting(pressed)) send(read(pressed));
  });

  document.addEventListener("change", async (event) => {
    const file = event.target.closest("input[data-into]");
    if (file && file.files.length) {
      const field = document.getElementById(file.dataset.into);
      if (field) field.value = await file.files[0].text();
      return;
    }
    const choice = event.target.closest("select[data-do]");
    if (!choice || !choice.value) return;
    if (!resting(choice)) send({ ...read(choice), choice: choice.value });
    choice.value = "";
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    const payload = read(form);
    if (payload.do === "type") {
      const box = form.elements.text;
      if (!box.value.trim()) return;
      const log = form.closest("section, aside")?.querySelector("[data-stick]");
      if (log) {
        // Whoever writes wants to see the answer, wherever they had read before.
        atEnd.set(log, true);
        log.scrollTop = log.scrollHeight;
      }
      send({ ...payload, text: box.value });
      box.value = "";
      complete.close();
      return;
    }
    const values = {};
    for (const field of form.elements) {
      if (!field.name) continue;
      if (field.dataset.many) {
        values[field.name] ||= [];
        if (field.checked) values[field.name].push(field.value);
      } else values[field.name] = field.value;
    }
    send({ ...payload, values });
  });

  document.addEventListener(
    "cancel",
    (event) => {
      if (event.target.matches("dialog.form")) {
        event.preventDefault();
        send(event.target.dataset.cancel ? JSON.parse(event.target.dataset.cancel) : { do: "cancel" });
      }
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]") && !complete.shown()) {
      const drawer = document.activeElement.closest("aside.stage, aside.thread");
      drawer?.querySelector("header .tool")?.click();
    }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(document.activeElement)) {
      const box = document.getElementById("say");
      if (box && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        box.focus();
        box.value = "/";
        complete.look(box);
      }
    }
  });

  const typing = (element) => element && element.matches("input, textarea, select");

  // --- completion of commands ----------------------------------------------------------------

  const complete = (() => {
    const list = document.createElement("ul");
    list.id = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Commands");
    list.hidden = true;
    let box = null;
    let at = -1;

    const found = (text) => {
      if (!text.startsWith("/") && !text.startsWith("@")) return [];
      const typed = text.toLowerCase().replace(/^@moderato\b/, "/moderato");
      const all = JSON.parse(box.dataset.complete);
      const starts = all.filter(([words]) => words.startsWith(typed.trimEnd()));
      const inside = all.filter(([words]) => !words.startsWith(typed) && words.split(" ").some((w) => w.startsWith(typed.slice(1))));
      // The command is complete and its words follow: keep showing what may follow.
      const written = all.filter(([words]) => typed.startsWith(words + " ")).sort((a, b) => b[0].length - a[0].length);
      const rows = starts.length ? [...starts, ...inside] : written.slice(0, 1);
      return rows.slice(0, 8);
    };

    const place = () => {
      const where = box.closest("form").getBoundingClientRect();
      Object.assign(list.style, {
        left: `${where.left}px`,
        width: `${where.width}px`,
        bottom: `${window.innerHeight - where.top + 6}px`,
      });
    };

    const close = () => {
      list.hidden = true;
      at = -1;
      if (box) {
        box.setAttribute("aria-expanded", "false");
        box.removeAttribute("aria-activedescendant");
      }
    };

    const mark = () => {
      [...list.children].forEach((row, n) => row.setAttribute("aria-selected", n === at ? "true" : "false"));
      const row = list.children[at];
      if (row) {
        box.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      } else box.removeAttribute("aria-activedescendant");
    };

    const take = (row) => {
      box.value = row.dataset.words + (row.dataset.usage ? " " : "");
      box.focus();
      close();
      if (row.dataset.usage) look(box);
    };

    const look = (input) => {
      box = input;
      if (!list.isConnected) document.body.append(list);
      const rows = found(box.value);
      if (!rows.length) return close();
      list.replaceChildren(
        ...rows.map(([words, usage, help], n) => {
          const row = document.createElement("li");
          row.id = `completion-${n}`;
          row.setAttribute("role", "option");
          row.dataset.words = words;
          row.dataset.usage = usage;
          const what = document.createElement("strong");
          what.textContent = words;
          const rest = document.createElement("span");
          rest.className = "usage";
          rest.textContent = usage;
          const why = document.createElement("span");
          why.className = "help";
          why.textContent = help;
          row.append(what, rest, why);
          return row;
        }),
      );
      box.setAttribute("role", "combobox");
      box.setAttribute("aria-autocomplete", "list");
      box.setAttribute("aria-controls", list.id);
      box.setAttribute("aria-expanded", "true");
      at = -1;
      place();
      list.hidden = false;
      mark();
    };

    document.addEventListener("input", (event) => {
      if (event.target.matches("input[data-complete]")) look(event.target);
    });
    document.addEventListener("focusin", (event) => {
      if (event.target.matches("input[data-complete]")) {
        if (event.target.value.startsWith("/")) look(event.target);
      } else if (!list.contains(event.target)) close();
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const row = event.target.closest("li");
      if (row) take(row);
    });
    document.addEventListener("keydown", (event) => {
      if (list.hidden || event.target !== box) return;
      const rows = list.children.length;
      if (event.key === "ArrowDown") at = (at + 1) % rows;
      else if (event.key === "ArrowUp") at = (at - 1 + rows) % rows;
      else if (event.key === "Escape") return event.preventDefault(), event.stopPropagation(), close();
      else if (event.key === "Tab" && !event.shiftKey && box.value !== list.children[Math.max(at, 0)].dataset.words) {
        event.preventDefault();
        return take(list.children[Math.max(at, 0)]);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        return take(list.children[at]);
      } else return;
      event.preventDefault();
      mark();
    });
    window.addEventListener("resize", () => list.hidden || place());
    return { close, look, shown: () => !list.hidden };
  })();

  // --- the clock -----------------------------------------------------------------------------

  const hands = new Map();
  const tick = () => {
    for (const face of document.querySelectorAll("[data-clock]")) {
      let known = hands.get(face);
      if (!known || known.said !== face.dataset.clock) {
        const { at, speed, zone } = JSON.parse(face.dataset.clock);
        const format = new Intl.DateTimeFormat("en-GB", {
          timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
        });
        known = { said: face.dataset.clock, at, speed, format, since: performance.now() };
        hands.set(face, known);
      }
      const now = new Date(known.at + (performance.now() - known.since) * known.speed);
      const text = known.format.format(now);
      // The text node is the framework's own: change what it says, never replace it.
      if (face.firstChild && face.firstChild.nodeValue !== text) face.firstChild.nodeValue = text;
    }
  };
  setInterval(tick, 100);

  // --- scroll, focus, and what an edit looks like --------------------------------------------

  const atEnd = new WeakMap();
  document.addEventListener(
    "scroll",
    (event) => {
      const log = event.target;
      if (log.matches?.("[data-stick]")) atEnd.set(log, log.scrollHeight - log.scrollTop - log.clientHeight < 80);
    },
    true,
  );

  let last = null; // where focus was, and the message or region around it
  document.addEventListener("focusin", (event) => {
    last = { element: event.target, around: event.target.closest("article, section, aside"), label: event.target.textContent };
  });

  // Focus moves on without a ring: nobody asked for it, and the next Tab starts from there.
  const quietly = (element) => {
    if (!element) return;
    element.classList.add("quietly");
    element.addEventListener("blur", () => element.classList.remove("quietly"), { once: true });
    element.focus({ preventScroll: true });
  };

  const keepFocus = () => {
    if (!last || document.activeElement !== document.body || last.element.isConnected) return;
    const around = last.around;
    if (!around || !around.isConnected) {
      last = null;
      return quietly(document.querySelector(".talk .log"));
    }
    const twin = [...around.querySelectorAll("button[data-do]")].find((button) => button.textContent === last.label);
    if (twin && !twin.closest(".card")) twin.focus({ preventScroll: true });
    else if (around.matches("article")) quietly(around);
    else around.querySelector("button, input, [tabindex]")?.focus({ preventScroll: true });
  };

  const flash = (article) => {
    if (still.matches) return;
    const card = article.querySelector(".card");
    card?.animate([{ boxShadow: "0 0 0 3px var(--flash)" }, { boxShadow: "0 0 0 3px transparent" }], { duration: 1100, easing: "ease-out" });
  };

  const settle = (changes) => {
    for (const change of changes)
      if (change.type === "attributes" && change.attributeName === "data-edits") flash(change.target);
    for (const log of document.querySelectorAll("[data-stick]"))
      if (atEnd.get(log) !== false) log.scrollTop = log.scrollHeight;
    for (const dialog of document.querySelectorAll("dialog[data-open]"))
      if (!dialog.open) {
        dialog.showModal();
        dialog.querySelector(".field input, .field textarea, .field select")?.focus();
      }
    const wrong = document.querySelector("dialog .wrong:not([data-told]) input, dialog .wrong:not([data-told]) textarea");
    if (wrong) {
      wrong.closest(".wrong").dataset.told = "yes";
      wrong.focus();
    }
    const first = document.querySelector(".opening-card .button.primary");
    if (first && document.activeElement === document.body) first.focus();
    keepFocus();
  };

  const begin = () => {
    new MutationObserver(settle).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["data-edits"],
    });
    settle([]);
    tick();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
