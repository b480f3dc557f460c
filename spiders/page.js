// What is run inside a rendered page and its frames; script.py calls these functions one by one.
(() => {
  // What `document` has under a name, also where an element of the page has taken that name (as forms' fields do: forms
  // are left out below).
  const own = name => Reflect.get(Document.prototype, name, document);
  const all = scope => [...(scope === document ? own('querySelectorAll') : scope.querySelectorAll).call(scope, ':not(form)')];
  const deep = (selector, scope = document) => all(scope).flatMap(each =>
    [...(each.matches(selector) ? [each] : []), ...(each.shadowRoot ? deep(selector, each.shadowRoot) : [])]);

  // What is remembered of a document from one call to the next, outside of it: it stays as it is.
  const begin = () => {
    const state = {clicked: new WeakMap(), opened: new WeakSet(), changed: performance.now()};
    const observer = new MutationObserver(() => { state.changed = performance.now(); });
    for (const scope of [document, ...deep('*').flatMap(each => each.shadowRoot || [])])
      observer.observe(scope, {subtree: true, childList: true, characterData: true});
    Object.defineProperty(window, '__fanlight', {value: state});
    return state;
  };
  const ours = window.__fanlight || begin();
  const pause = time => new Promise(done => setTimeout(done, time));

  // Until nothing has changed for `span` ms, but no longer than `most`.
  const still = async ({span, most}) => {
    const end = performance.now() + most;
    for (let left; (left = ours.changed + span - performance.now()) > 0 && performance.now() < end;)
      await pause(Math.min(left, most));
  };

  // To the end of the page, or of the part of it that scrolls on its own. How many steps it took.
  const scroll = async ({steps, rest}) => {
    const whole = own('scrollingElement') ?? own('documentElement');
    if (!whole) return 0;
    const high = each => each.clientHeight > innerHeight / 2 && each.scrollHeight > each.clientHeight + 1;
    const scrolls = each => high(each) && /auto|scroll/.test(getComputedStyle(each).overflowY);
    const part = ours.part = whole.scrollHeight > innerHeight + 1 ? whole : all(document).find(scrolls);
    for (let step = 0; step < (part ? steps : 0); step++) {
      const before = part.scrollTop;
      part.scrollBy({top: part.clientHeight, behavior: 'instant'});
      if (part.scrollTop === before) return step;
      await pause(rest);
    }
    return part ? steps : 0;
  };

  // Links that lead elsewhere are left alone, and so are forms: this must not navigate, and must not send anything.
  const leads = each => each.matches('a[href]') && !/^(#|javascript:)/i.test(each.getAttribute('href'));

  // How many folds it opened. Ends where the page begins, as a visitor finds it.
  const open = ({most, clicking}) => {
    window.scrollTo({top: 0, behavior: 'instant'});
    if (ours.part) ours.part.scrollTop = 0;
    if (!clicking) return 0;
    const folds = deep('details:not([open])').filter(each => !ours.opened.has(each)).slice(0, most);
    for (const fold of folds) {
      ours.opened.add(fold);
      fold.open = true;
    }
    const shut = each => !leads(each.closest('a[href]') || each) && !each.closest('form')
      && each.getAttribute('role') !== 'combobox' && !ours.opened.has(each);
    const handles = deep('[aria-expanded="false"]').filter(shut).slice(0, most - folds.length);
    for (const handle of handles) {
      ours.opened.add(handle);
      handle.click?.();
    }
    return folds.length + handles.length;
  };

  const words = {
    more: new RegExp('^((show|load|view|see) ([0-9]+ )?(more|all)\\b.{0,20}|more( results)?|mehr( anzeigen| laden)?'
      + '|voir plus|afficher plus|ver más|mostrar más|mostra altro|toon meer|pokaż więcej)$', 'i'),
    next: /^((go to )?next( page)?|weiter|nächste( seite)?|suivant|siguiente|successivo|volgende|następna)$/i,
  };
  const label = each => (each.getAttribute('aria-label') || each.innerText || '').trim();
  const says = (each, words) => words.test(label(each).replace(/[\s….>›»→]+$/, ''));
  const kinds = {
    more: each => says(each, words.more),
    next: each => says(each, words.next) || /^[>›»→]$/.test(label(each)),
    tab: each => each.getAttribute('role') === 'tab' && each.getAttribute('aria-selected') === 'false',
  };
  const idle = each => each.disabled || each.ariaDisabled === 'true' || each.closest('form') || leads(each);

  // Clicks the next button of a kind, none more than `most` times; whether there was one.
  const click = ({kind, most}) => {
    const times = each => ours.clicked.get(each) || 0;
    const due = each => kinds[kind](each) && !idle(each) && each.checkVisibility() && times(each) < most;
    const found = deep('button, a, [role=button], [role=tab]').find(due);
    if (!found) return false;
    ours.clicked.set(found, times(found) + 1);
    found.click?.();
    return true;
  };

  // The page as it stands; the attribute `mark` is taken off again. The text is that which is laid out; that of shadow
  // roots comes after the rest, for innerText does not look into them.
  const take = ({mark}) => {
    const root = own('documentElement');
    const roots = deep('*').flatMap(each => each.shadowRoot || []);
    const whole = () => {
      if (!root || !roots.length) return root?.outerHTML || '';
      const [start, end] = root.cloneNode(false).outerHTML.split(/(?=<\/[^<]*$)/);
      return start + root.getHTML({shadowRoots: roots}) + end;
    };
    const doctype = own('doctype') ? new XMLSerializer().serializeToString(own('doctype')) : '';
    const dom = doctype + whole();
    deep(`[${mark}]`).forEach(frame => frame.removeAttribute(mark));
    const shown = roots.flatMap(each => [...each.children])
      .filter(each => each.innerText && !each.matches('style, script, template') && each.checkVisibility());
    const text = [own('body'), ...shown].map(each => each?.innerText || '').join('\n');
    return {title: own('title'), dom, text, wide: root?.scrollWidth || 1, high: root?.scrollHeight || 1};
  };

  const place = () => [performance.timeOrigin, location.origin, location.pathname].join(' ');

  // For the next page in this window.
  const leave = () => {
    window.name = '';
    try { sessionStorage.clear(); } catch { /* this page may have none */ }
  };

  return {still, scroll, open, click, take, place, leave};
})()
