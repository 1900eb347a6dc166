"""How a page looks to different eyes: what is cut off, what has no name, what is too faint to read."""

from __future__ import annotations

from playwright.sync_api import Page


def cut_off(page: Page, inside: str) -> list[str]:
    """Classes of visible elements that reach beyond the window sideways."""
    return list(page.evaluate(_CUT_OFF, inside))


def nameless(page: Page) -> list[str]:
    """Visible controls without words for those who do not see them."""
    return list(page.evaluate(_NAMELESS))


def faint(page: Page, inside: str) -> list[str]:
    """Visible texts with less than the contrast of 4.5 to 1 that WCAG AA asks for, with their ratio."""
    return list(page.evaluate(_FAINT, inside))


def focused(page: Page) -> str:
    """The name of the element that has focus."""
    return str(page.evaluate(_FOCUSED))


_FOCUSED = """() => {
  const here = document.activeElement;
  if (!here) return '';
  const heard = here.cloneNode(true);
  heard.querySelectorAll('[aria-hidden]').forEach((silent) => silent.remove());
  return here.getAttribute('aria-label') || heard.textContent.trim();
}"""

_CUT_OFF = """(inside) => [...document.querySelectorAll(`${inside} *`)]
  .filter((e) => e.checkVisibility() && !e.closest('.heard, .skip, svg, .table'))
  .filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1);
  })
  .map((e) => e.className || e.tagName)"""

_NAMELESS = """() => [...document.querySelectorAll('button, input, select, textarea, a')]
  .filter((e) => e.checkVisibility())
  .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && e.labels.length)))
  .map((e) => e.outerHTML)"""

_FAINT = """(inside) => {
  const parse = (text) => {
    const [r, g, b, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, alpha];
  };
  const over = (top, under) => [0, 1, 2].map((n) => top[n] * top[3] + under[n] * (1 - top[3])).concat(1);
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.querySelector(inside), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const words = walker.currentNode.nodeValue.trim();
    if (!words || !e.checkVisibility() || e.closest('.heard, .skip, option')) continue;
    const back = behind(e);
    const [a, b] = [light(over(parse(getComputedStyle(e).color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${words.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""
