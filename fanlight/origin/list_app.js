/* Draws the list of reports from JSON that starts with a guard against being run as a script. */
(async () => {
  const text = await (await fetch("/transparencyreport/api/v3/shareddata/pdf/allfilepaths?report_id=27")).text();
  const [[, files]] = JSON.parse(text.replace(/^\)\]\}'\n/, ""));
  const items = files.map(([title, url]) => `<li class="card" id="c${Math.random().toString(36).slice(2)}"><h3>${title}</h3><a href="${url}">Download PDF</a></li>`);
  document.querySelector("app-root").innerHTML = `<header><strong>Transparency Report</strong></header>
    <main><h1>Reports under the Digital Services Act</h1><p>One file per service and half-year.</p>
    <ul class="cards">${items.join("")}</ul></main>`;
})();
