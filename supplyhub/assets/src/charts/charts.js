// Draws each figure[data-chart] from its own table, and folds the table away. The table stays the source: what can be read
// by eye and by screen reader is one and the same. Canvas and rich-text tooltips only: ECharts' HTML tooltips carry style
// attributes, which the Content-Security-Policy forbids.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

const TOKENS = ["brand", "warn-fill", "info-fill", "stop-fill"];

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function read(table) {
  const [, ...names] = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  return {
    categories: rows.map((row) => row.cells[0].textContent.trim()),
    marked: rows.findIndex((row) => "marked" in row.dataset),
    series: names.map((name, index) => ({
      name,
      data: rows.map((row) => Number(row.cells[index + 1].dataset.value)),
    })),
  };
}

// The row that stands out: a larger point in a colour of its own, with its name.
function point(value, isMarked, name) {
  if (!isMarked) return value;
  return {
    value,
    symbol: "circle",
    symbolSize: 13,
    itemStyle: { color: token("warn-fill") },
    label: { show: true, position: "bottom", formatter: name, color: token("ink"), fontWeight: 700 },
  };
}

function option(kind, { categories, marked, series }) {
  const text = { color: token("ink-2"), fontFamily: token("font"), fontSize: 12 };
  return {
    color: TOKENS.map(token),
    textStyle: text,
    aria: { enabled: true, decal: { show: series.length > 1 && kind !== "line" } },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 4, right: 8, top: series.length > 1 ? 34 : 12, bottom: 4, containLabel: true },
    legend: series.length > 1 ? { top: 0, left: 0, icon: "roundRect", itemWidth: 14, textStyle: text } : undefined,
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: token("ink"),
      borderWidth: 0,
      textStyle: { color: token("paper"), fontSize: 12 },
      axisPointer: { type: kind === "line" ? "line" : "shadow" },
    },
    xAxis: {
      type: "category",
      data: categories,
      axisLine: { lineStyle: { color: token("line-2") } },
      axisTick: { show: false },
      axisLabel: text,
    },
    yAxis: { type: "value", splitLine: { lineStyle: { color: token("line") } }, axisLabel: text },
    series: series.map((one) => ({
      ...one,
      data: one.data.map((value, index) => point(value, index === marked, categories[index])),
      showAllSymbol: true,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stacked" ? "whole" : undefined,
      barMaxWidth: 46,
      symbolSize: 7,
    })),
  };
}

function start(figure) {
  const canvas = figure.querySelector(".chart-canvas");
  const details = figure.querySelector("details");
  const data = read(figure.querySelector("table"));
  canvas.hidden = false;
  details.open = false;
  const chart = init(canvas, null, { renderer: "canvas" });
  const paint = () => chart.setOption(option(figure.dataset.chart, data), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}

for (const figure of document.querySelectorAll("figure[data-chart]")) start(figure);
