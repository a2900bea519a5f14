// The contrasts of the texts whose kind has not passed yet. A kind is all that a contrast depends on: colours, size and
// weight of the words, and what lies behind them. Gives the kinds that passed, and what did not pass: neither is a text
// that something covered just then, or that belongs to what cannot be used.
async (known) => {
  const before = new Set(known), behind = new Map();
  const behindOf = (element) => {
    if (!element) return "";
    if (!behind.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join(" ");
      const moved = /absolute|fixed|sticky/.test(style.position) ? ` in ${element.className}` : "";
      behind.set(element, `${behindOf(element.parentElement)}${own === "rgba(0, 0, 0, 0) none 1 none" ? "" : ` on ${own}`}${moved}`);
    }
    return behind.get(element);
  };
  const kindOf = (element) => {
    const style = getComputedStyle(element);
    return `${style.color} ${style.fontSize} ${style.fontWeight} ${style.textShadow}${behindOf(element)}`;
  };
  const says = (element) =>
    /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  // Nobody sees these, or nothing can be read or done there: axe does not judge them, on whatever page they stand.
  const never = ".hidden-visually, .skip, details:not([open]) > :not(summary), :disabled";
  const include = [...document.body.querySelectorAll(`:not(:is(${never}), :is(${never}) *, [type=checkbox], [type=radio])`)].filter(
    (element) => says(element) && element.checkVisibility({ visibilityProperty: true }) && !before.has(kindOf(element)),
  );
  if (!include.length) return { passed: [], violations: [] };
  const options = { runOnly: { type: "rule", values: ["color-contrast"] }, selectors: false, elementRef: true, resultTypes: ["violations", "passes"] };
  const { passes, violations } = await axe.run({ include }, options);
  const elements = passes.flatMap((one) => one.nodes).map((node) => node.element);
  return { passed: [...new Set(elements.map(kindOf))], violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })) };
}
