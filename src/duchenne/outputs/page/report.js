"use strict";
(() => {
  const root = document.documentElement;
  const charts = new Map();
  const isTouch = matchMedia("(pointer: coarse)").matches;
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  let range = null;

  for (const element of document.querySelectorAll(".chart")) {
    const figure = JSON.parse(document.getElementById(element.dataset.figure).textContent);
    charts.set(element.dataset.figure, { element, figure, whole: figure.layout.xaxis.range, drawn: false });
  }

  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

  // Figures come in the light theme; what each colour stands for is written in its trace.
  function painted(trace) {
    if (trace.meta === "words") return trace;
    const fill = colour(trace.meta);
    if (trace.type === "heatmap") return { ...trace, colorscale: [[0, colour("surface")], [1, fill]] };
    if (trace.fill) return { ...trace, fillcolor: fill };
    const marked = { ...trace, marker: { ...trace.marker, color: fill } };
    return trace.line ? { ...marked, line: { ...trace.line, color: fill } } : marked;
  }

  function label(seconds, step, isLong) {
    const digits = step < 1 ? 1 : 0;
    if (!isLong) return seconds.toFixed(digits) + " s";
    const whole = Math.floor(seconds / 60);
    const rest = (seconds - whole * 60).toFixed(digits).padStart(digits ? 4 : 2, "0");
    const hours = Math.floor(whole / 60);
    return hours ? `${hours}:${String(whole % 60).padStart(2, "0")}:${rest}` : `${whole}:${rest}`;
  }

  function axis(chart) {
    const [from, to] = range || chart.whole;
    const room = Math.max(Math.floor(chart.element.clientWidth / 90), 2);
    const step = steps.find((s) => (to - from) / s <= room) || steps[steps.length - 1];
    const tickvals = [];
    for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9; k += 1) tickvals.push(k * step);
    const isLong = chart.whole[1] > 100;
    return { range: [from, to], tickvals, ticktext: tickvals.map((t) => label(t, step, isLong)), ticksuffix: "" };
  }

  function layout(chart) {
    const given = chart.figure.layout;
    const lines = { gridcolor: colour("line"), linecolor: colour("line") };
    return {
      ...given,
      autosize: true,
      height: given.height,
      dragmode: isTouch ? false : "zoom",
      paper_bgcolor: colour("background"),
      plot_bgcolor: colour("background"),
      font: { ...given.font, color: colour("muted") },
      hoverlabel: { bgcolor: colour("surface"), bordercolor: colour("line"), font: { color: colour("ink"), size: 13 } },
      xaxis: { ...given.xaxis, ...lines, spikecolor: colour("muted"), ...axis(chart) },
      yaxis: { ...given.yaxis, ...lines },
    };
  }

  function draw(chart) {
    const config = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
    Plotly.react(chart.element, chart.figure.data.map(painted), layout(chart), config);
    if (chart.drawn) return;
    chart.drawn = true;
    chart.element.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change) show([change["xaxis.range[0]"], change["xaxis.range[1]"]]);
    });
    chart.element.on("plotly_doubleclick", () => show(null));
  }

  // All people share one axis of time.
  function show(next) {
    range = next;
    for (const chart of charts.values()) {
      if (chart.drawn) Plotly.relayout(chart.element, { xaxis: layout(chart).xaxis });
    }
  }

  function showMoment(button) {
    const chart = charts.get(button.dataset.chart);
    const time = Number(button.dataset.time);
    const [from, to] = chart.whole;
    const half = Math.max(Math.min((to - from) / 2, 3), (to - from) / 40);
    const middle = Math.min(Math.max(time, from + half), to - half);
    if (!chart.drawn) draw(chart);
    show([middle - half, middle + half]);
    chart.element.scrollIntoView({ block: "center" });
    Plotly.Fx.hover(chart.element, { xval: time, yval: 0.5 });
  }

  for (const button of document.querySelectorAll("button.peak")) {
    button.addEventListener("click", () => showMoment(button));
  }

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      draw(charts.get(entry.target.dataset.figure));
    }
  }, { rootMargin: "600px" });
  for (const chart of charts.values()) near.observe(chart.element);

  const repaint = () => charts.forEach((chart) => { if (chart.drawn) draw(chart); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  addEventListener("resize", () => show(range));
  addEventListener("beforeprint", () => { root.classList.add("paper"); charts.forEach(draw); });
  addEventListener("afterprint", () => { root.classList.remove("paper"); repaint(); });
})();
