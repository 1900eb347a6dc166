"""Takes pictures of every card of the gallery with Microsoft's own renderer, to be looked at by a person.

Not part of `make test`, as the renderer comes from npm: `make pictures` fetches it and draws, and

    python -m tests.platforms.teams.pictures FOLDER OUT [WORD ...]

draws with what is unpacked in FOLDER (`adaptivecards/package`, `markdown-it/package`), all cards or those whose name
has one of the words in it. For each theme and width it writes sheets to OUT, and it prints what the renderer objects
to and what can be measured: what is cut off, what is hard to read against its ground, a word or a stop said twice.
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.charts import png  # noqa: F401 - matplotlib is loaded before the browser's loop begins
from bot.kernel.cards import Card, Chart
from bot.platforms.teams import render
from bot.platforms.teams.client.pictures import address_of
from tests.browser import a_browser
from tests.platforms.gallery import cards, forms
from tests.standins.teams import TENANT
from tests.standins.teams.world import card_of

WIDTHS = {"narrow": 320, "wide": 620}
COLUMNS = {"narrow": 4, "wide": 3}  # of one sheet
THEMES: dict[str, dict[str, str]] = {
    "light": {
        "page": "#f5f5f5",
        "card": "#ffffff",
        "text": "#242424",
        "subtle": "#616161",
        "accent": "#5b5fc7",
        "primary": "#5b5fc7",
        "red": "#c4314b",
    },
    "dark": {
        "page": "#1f1f1f",
        "card": "#292929",
        "text": "#ffffff",
        "subtle": "#adadad",
        "accent": "#9299f7",
        "primary": "#4f52b2",
        "red": "#ff7b8a",
    },
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
html {{ color-scheme: {theme} }} a {{ color: {accent} }}
body {{ margin: 0; padding: 16px; background: {page}; font: 14px "Segoe UI", "DejaVu Sans", sans-serif; color: {text} }}
.sheet {{ display: flex; gap: 16px; align-items: flex-start; width: max-content; margin: 0 0 16px }}
.column {{ display: flex; flex-direction: column; gap: 14px }}
.one {{ width: {width}px }} .name {{ color: {subtle}; font-size: 11px; margin: 0 0 4px }}
.card {{ background: {card}; border: 1px solid {subtle}44; border-radius: 6px; padding: 4px }}
.ac-pushButton {{ background: {card}; color: {text}; border: 1px solid {subtle}; border-radius: 4px; padding: 5px 12px;
 font: inherit; font-weight: 600 }}
.ac-pushButton.style-positive {{ background: {primary}; border-color: {primary}; color: #fff }}
.ac-pushButton.style-destructive {{ color: {red}; border-color: {red} }}
.ac-input {{ background: {page}; color: {text}; border: 1px solid {subtle}; border-radius: 4px; padding: 5px;
 font: inherit }}
.ac-actionSet {{ flex-wrap: wrap; row-gap: 8px }}
.ac-textBlock p {{ margin: 0 }} .called {{ color: {accent}; font-weight: 600 }}
</style><div class="sheet"></div><script>{library}</script><script>{markdown}</script><script>
const md = window.markdownit();
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {{
  result.outputHtml = md.render(text).replace(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, "<b class=called>$1</b>");
  result.didProcess = true;
}};
const objections = [];
for (const [name, json] of {cards}) {{
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig({host});
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  card.parse(json, context);
  for (let i = 0; i < context.eventCount; i++) objections.push(name + ": " + context.getEventAt(i).message);
  for (const failure of card.validateProperties().validationEvents) objections.push(name + ": " + failure.message);
  const one = document.createElement("div"); one.className = "one";
  one.innerHTML = "<p class=name></p><div class=card></div>";
  const drawn = card.render(), number = document.querySelectorAll(".one").length;
  for (const one of drawn.querySelectorAll("[type=radio]")) one.name += "-" + number;  // each card its own choices
  one.firstChild.textContent = name; one.lastChild.appendChild(drawn);
  document.querySelector(".sheet").appendChild(one);
}}
window.objections = objections;
</script>"""

# Runs in the page: measures what was drawn, then sets the cards in columns, and the columns in sheets.
MEASURE = r"""(columns) => {
  const found = [], ones = [...document.querySelectorAll(".one")];
  const light = (colour) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour && colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const one of ones) {
    const name = one.querySelector(".name").textContent, card = one.querySelector(".card");
    const edge = card.getBoundingClientRect();
    const note = (what, text) => found.push(`${name}: ${what}: ${text.slice(0, 60)}`);
    for (const part of card.querySelectorAll("*")) {
      const box = part.getBoundingClientRect();
      if (box.width && (box.right > edge.right + 1 || box.left < edge.left - 1) && !part.children.length)
        note("cut off", part.textContent);
      if (part.tagName === "BUTTON" && part.textContent.length > 30) note("a long button", part.textContent);
    }
    const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode()); ) {
      if (!text.data.trim()) continue;
      const ink = light(getComputedStyle(text.parentElement).color), under = light(ground(text.parentElement));
      const ratio = (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05);
      if (ratio < 4.5) note(`contrast ${ratio.toFixed(2)}`, text.data);
      const again = [...text.data.matchAll(/(?<![-\w])([a-z]{2,})( \1\b)+/g)];
      const twice = again.find((one) => one[0] === `${one[1]} ${one[1]}`);
      const stops = text.data.match(/(?<!\.)\.\.(?!\.)|[!,;:][.,;:]|[?][.,:]| [.,;:](?![.\w])/);
      for (const slip of [twice, stops])
        if (slip) note("a slip", text.data.slice(Math.max(0, slip.index - 20)));
    }
  }
  const heights = ones.map((one) => one.getBoundingClientRect().height + 14);
  document.querySelector(".sheet").remove();
  let sheet = null, column = null, high = 0;
  ones.forEach((one, n) => {
    if (!column || (high && high + heights[n] > 1500)) {
      if (!sheet || sheet.children.length >= columns) {
        sheet = document.body.appendChild(document.createElement("div"));
        sheet.className = "sheet";
      }
      column = sheet.appendChild(document.createElement("div"));
      column.className = "column"; high = 0;
    }
    column.appendChild(one); high += heights[n];
  });
  return found;
}"""


def shown() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every card and every dialog of the gallery, by name, as Teams gets it."""
    for name, card in cards().items():
        reader = render.Reader("Europe/Berlin", tenant=TENANT, pictures=_pictures(card))
        pages = render.messages(card, reader)
        for n, page in enumerate(pages, 1):
            yield name if len(pages) == 1 else f"{name} ({n} of {len(pages)})", card_of(page) or {}
    for name, form in forms().items():
        asked = render.dialog(form, render.Reader("Europe/Berlin", alone=True))["task"]["value"]
        yield f"dialog: {name}", asked["card"]["content"]
        errors = dict.fromkeys(form.names()[:1], "This is what went wrong here.")
        corrected = render.dialog(form, render.Reader("Europe/Berlin", alone=True), {}, errors)
        yield f"dialog, corrected: {name}", corrected["task"]["value"]["card"]["content"]


def _pictures(card: Card) -> dict[Chart, str]:
    return {block: address_of(block) for block in card.blocks if isinstance(block, Chart) and address_of(block)}


def _host(theme: dict[str, str]) -> dict[str, Any]:
    """How a client of this theme draws: its colours, and nothing else of its own."""

    def ink(colour: str) -> dict[str, str]:
        return {"default": colour, "subtle": theme["subtle"]}

    colours = {
        "default": ink(theme["text"]),
        "accent": ink(theme["accent"]),
        "attention": ink(theme["red"]),
        "good": ink("#6bb700"),
    }
    return {
        "fontFamily": "inherit",
        "actions": {"actionsOrientation": "horizontal", "actionAlignment": "left", "buttonSpacing": 8, "maxActions": 6},
        "containerStyles": {"default": {"backgroundColor": theme["card"], "foregroundColors": colours}},
        "separator": {"lineThickness": 1, "lineColor": theme["subtle"]},
    }


def main(folder: Path, out: Path, words: Sequence[str] = ()) -> int:
    """Draw everything, or what has one of *words* in its name; say what the renderer objects to, and what is amiss."""
    library = (folder / "adaptivecards/package/dist/adaptivecards.min.js").read_text(encoding="utf-8")
    markdown = (folder / "markdown-it/package/dist/markdown-it.min.js").read_text(encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    everything = [one for one in shown() if not words or any(word in one[0] for word in words)]
    found: set[str] = set()
    with a_browser() as browser:
        for theme, colours in THEMES.items():
            for width, pixels in WIDTHS.items():
                columns = COLUMNS[width]
                page = browser.new_page(viewport={"width": (pixels + 16) * columns + 40, "height": 100})
                page.set_content(
                    PAGE.format(
                        **colours,
                        theme=theme,
                        width=pixels,
                        library=library,
                        markdown=markdown,
                        cards=json.dumps(everything, ensure_ascii=False).replace("</", "<\\/"),
                        host=json.dumps(_host(colours)),
                    )
                )
                found |= set(page.evaluate("window.objections"))
                found |= set(page.evaluate(MEASURE, columns))
                for number, sheet in enumerate(page.query_selector_all(".sheet"), 1):
                    sheet.screenshot(path=out / f"{theme}-{width}-{number:02}.png")
                page.close()
    for objection in sorted(found):
        sys.stdout.write(html.unescape(objection) + "\n")
    sys.stdout.write(f"{len(everything)} cards, {len(found)} objections\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
