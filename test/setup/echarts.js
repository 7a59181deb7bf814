/**
 * Jest runs CommonJS and the parts of ECharts are ES modules; its whole build is CommonJS and has every part registered,
 * so that the parts that the source asks for have nothing left to do.
 */
const nothingToRegister = () => undefined;

module.exports = {
  ...require('echarts'),
  BarChart: nothingToRegister,
  LineChart: nothingToRegister,
  GridComponent: nothingToRegister,
  LegendComponent: nothingToRegister,
  SVGRenderer: nothingToRegister,
};
