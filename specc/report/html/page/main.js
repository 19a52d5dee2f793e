/** Start every part of the page. */
(() => {
  "use strict";

  specc.startTheme();
  specc.startTotals();
  specc.startDetails();
  specc.startGraph();
  specc.startTreemap();
  specc.startRoofline();
  specc.startMemory();
  specc.startAdvice();
  specc.startTable();
  document.documentElement.dataset.ready = "true";
})();
