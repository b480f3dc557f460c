/* Draws a page of the demo's transparency center from data that it asks for with the shell's token. */
(async () => {
  const root = document.getElementById("root");
  const form = new URLSearchParams({ lsd: window.bootstrap.lsd, path: location.pathname });
  const answer = await fetch("/api/graphql/", { method: "POST", body: form });
  const { data } = await answer.json();
  const make = (name, text, parent, attributes = {}) => {
    const node = document.createElement(name);
    node.textContent = text;
    Object.assign(node, attributes);
    node.dataset.key = Math.random().toString(36).slice(2);
    parent.append(node);
    return node;
  };
  const header = make("header", "", root);
  make("strong", "Transparency Center", header);
  const main = make("main", "", root);
  make("h1", data.title, main);
  make("p", data.lead, main);
  data.notes.forEach((note) => make("p", note, main));
  const cards = make("div", "", main, { className: "cards" });
  data.cards.forEach(([period, value, label, trend]) => {
    const card = make("section", "", cards, { className: "card" });
    make("h4", period, card);
    make("div", value, card, { className: "figure" });
    make("h3", label, card);
    make("p", trend, card);
  });
  const list = make("ul", "", main);
  data.links.forEach(([text, url]) => make("a", text, make("li", "", list), { href: new URL(url).pathname }));
  make("footer", window.bootstrap.updated, root);
})();
