//! The report in a real browser.

use std::fs;

use holdpoint::audit::Scope;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::chromium::Browser;
use super::hostile::{HOSTILE, asked};
use super::made::page;
use super::many;

/// A page that is open in a browser, and the folder that it is in.
struct Open {
    browser: Browser,
    folder: TempDir,
}

impl Open {
    fn new(html: &str) -> Option<Self> {
        let mut open = Self { browser: Browser::start()?, folder: tempfile::tempdir().expect("a temporary folder") };
        open.turn_to(html);
        Some(open)
    }

    fn turn_to(&mut self, html: &str) {
        let path = self.folder.path().join("report.html");
        fs::write(&path, html).expect("it can be written");
        self.browser.open(&path);
    }
}

fn three_hundred() -> String {
    page(many::scope(), &many::asked(300))
}

/// Everything that sticks out of the page to the right, but for what scrolls inside of itself.
const STICKS_OUT: &str = "[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') || e.matches('.scroll'))
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.unseen, thead'))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 200))";

const SHOWN: &str = "[...document.querySelectorAll('.population tr.row')].filter(row => row.offsetParent).length";

#[test]
fn nothing_is_asked_for_and_nothing_goes_wrong() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    let browser = &mut open.browser;
    assert_eq!(browser.ask("document.querySelectorAll('.story').length"), 300);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let asked_for = browser.requests();
    assert!(asked_for.len() == 1 && asked_for[0].starts_with("file:///"), "nothing but itself: {asked_for:?}");
}

#[test]
fn the_page_itself_forbids_the_network_and_foreign_scripts() {
    let intruder = "<img src=\"https://example.com/x.png\"><script>window.intruder = true</script>\
                    <style>body { display: none }</style><p id=\"styled\" style=\"color: red\">x</p></main>";
    let Some(mut open) = Open::new(&three_hundred().replace("</main>", intruder)) else { return };
    let browser = &mut open.browser;
    assert_eq!(
        browser.ask("[window.intruder === undefined, getComputedStyle(document.body).display]"),
        json!([true, "block"])
    );
    assert_ne!(browser.ask("getComputedStyle(document.getElementById('styled')).color"), "rgb(255, 0, 0)");
    let asked_for = browser.requests();
    assert!(asked_for.len() == 1 && asked_for[0].starts_with("file:///"), "nothing but itself: {asked_for:?}");
    assert!(browser.complaints().iter().any(|complaint| complaint.contains("Content Security Policy")));
}

#[test]
fn hostile_texts_are_nothing_but_text() {
    let harmless = page(Scope::default(), &[asked("x", "x")]);
    let Some(mut open) = Open::new(&harmless) else { return };
    let shape = "[...document.querySelectorAll('*')].map(e => e.localName + ' ' + e.getAttributeNames().join(' '))";
    let expected = open.browser.ask(shape);
    assert!(expected.as_array().is_some_and(|elements| elements.len() > 200), "{expected}");
    for text in HOSTILE {
        open.turn_to(&page(Scope { pipelines: Some(text.to_owned()), ..Scope::default() }, &[asked(text, text)]));
        let browser = &mut open.browser;
        assert_eq!(browser.ask(shape), expected, "{text:?}");
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{text:?}");
        // What a reader sees is what was written.
        let seen: String = text.chars().filter(|c| c.is_ascii_graphic()).collect();
        let shown = browser.ask("document.querySelector('.story').textContent");
        let shown: String = shown.as_str().expect("a text").chars().filter(|c| c.is_ascii_graphic()).collect();
        assert!(text.contains('\0') || shown.contains(&seen), "{text:?}: {shown}");
    }
}

#[test]
fn the_search_narrows_the_list_and_the_timelines() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    let browser = &mut open.browser;
    assert_eq!(browser.ask(SHOWN), 300);
    browser.ask("document.getElementById('words').focus()");
    browser.write("Ledger LGTM");
    let narrowed = browser.ask(SHOWN).as_u64().expect("a number");
    assert!((1..300).contains(&narrowed), "{narrowed}");
    assert_eq!(browser.ask("document.getElementById('matches').value"), format!("{narrowed} of 300 shown"));
    let stories = "[...document.querySelectorAll('.story')].filter(story => story.offsetParent)";
    assert_eq!(browser.ask(&format!("{stories}.length")), narrowed, "the timelines go with their rows");
    let all = format!("{stories}.every(s => /ledger/i.test(s.textContent) && /lgtm/i.test(s.textContent))");
    assert_eq!(browser.ask(&all), true);
    let empty_groups = "[...document.querySelectorAll('.population tbody')].filter(b => b.offsetParent && !b.querySelector('tr.row:not(.off)')).length";
    assert_eq!(browser.ask(empty_groups), 0);

    browser.ask("{ const w = document.getElementById('words'); w.value = ''; w.dispatchEvent(new Event('input')) }");
    assert_eq!(browser.ask(SHOWN), 300);
    let choose = |end: &str| {
        format!(
            "{{ const e = document.getElementById('end'); e.value = '{end}'; e.dispatchEvent(new Event('change')); {SHOWN} }}"
        )
    };
    let ends = ["approved", "rejected", "waiting"].map(|end| browser.ask(&choose(end)).as_u64().expect("a number"));
    assert_eq!((ends.iter().sum::<u64>(), ends[2]), (300, 7));
    let late = browser.ask(&choose("past the deadline"));
    assert_eq!(browser.ask("[...document.querySelectorAll('.population .row')].filter(r => /past the deadline/.test(r.textContent)).length"), late);
}

#[test]
fn paper_shows_everything_whatever_was_searched_for() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    let browser = &mut open.browser;
    browser.ask("document.getElementById('words').focus()");
    browser.write("nothing has this");
    assert_eq!(browser.ask(SHOWN), 0);
    browser.show_as("dark", "print");
    assert_eq!(browser.ask(SHOWN), 300);
    let hidden = "['#search', 'nav', '.skip', 'summary'].filter(s => getComputedStyle(document.querySelector(s)).display !== 'none')";
    assert_eq!(browser.ask(hidden), json!([]));
    let colours = "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))";
    assert_eq!(browser.ask(colours), json!(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]), "in the dark theme as well");
    // The numbers behind each chart are printed, though nobody can open them there.
    assert_eq!(
        browser.ask(
            "[...document.querySelectorAll('.numbers')].every(t => t.checkVisibility({contentVisibilityAuto: false}))"
        ),
        true
    );
    let pdf = browser.print();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 100_000);
}

#[test]
fn nothing_sticks_out_on_a_phone() {
    let long = "x".repeat(400);
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    for html in
        [three_hundred(), page(Scope::default(), &[asked(&long, "https://example.com")]), page(Scope::default(), &[])]
    {
        open.turn_to(&html);
        for (width, height) in [(390, 844), (320, 568), (768, 1024), (1280, 900), (1920, 1080)] {
            let browser = &mut open.browser;
            browser.resize(width, height);
            assert_eq!(browser.ask("document.documentElement.scrollWidth <= innerWidth"), true, "{width}");
            assert_eq!(browser.ask("innerWidth"), width);
            assert_eq!(browser.ask(STICKS_OUT), json!([]), "{width}");
        }
    }
}

#[test]
fn without_scripts_all_but_the_search_is_there() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    open.browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    open.turn_to(&three_hundred());
    let browser = &mut open.browser;
    let document = browser.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
    let mut boxes = |selector: &str| -> Option<f64> {
        let node = browser.call("DOM.querySelector", json!({ "nodeId": document, "selector": selector }));
        browser.call("DOM.scrollIntoViewIfNeeded", json!({ "nodeId": node["nodeId"] }));
        browser.call("DOM.getBoxModel", json!({ "nodeId": node["nodeId"] }))["model"]["height"].as_f64()
    };
    for selector in ["#figures dl", "#waits svg", "#hours svg", "#findings article", ".population .row", ".story ol"] {
        assert!(boxes(selector).is_some_and(|height| height > 10.0), "{selector}");
    }
    let form = browser.call("DOM.querySelector", json!({ "nodeId": document, "selector": "#search" }));
    let attributes = browser.call("DOM.getAttributes", json!({ "nodeId": form["nodeId"] }));
    assert!(attributes["attributes"].as_array().is_some_and(|names| names.contains(&json!("hidden"))), "{attributes}");
}

#[test]
fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    let browser = &mut open.browser;
    browser.press("Tab");
    let focused =
        "document.activeElement.id || document.activeElement.className || document.activeElement.textContent.trim()";
    assert_eq!(browser.ask(focused), "skip");
    assert_eq!(
        browser.ask("document.activeElement.getBoundingClientRect().width > 50"),
        true,
        "it is seen while it has the focus"
    );
    browser.press("Enter");
    assert_eq!(browser.ask("location.hash"), "#figures");
    let mut seen = Vec::new();
    for _ in 0..24 {
        browser.press("Tab");
        let outline =
            "(({outlineStyle, outlineWidth}) => outlineStyle + outlineWidth)(getComputedStyle(document.activeElement))";
        assert_eq!(
            browser.ask(outline),
            "solid3px",
            "{}",
            browser.ask("document.activeElement.outerHTML.slice(0, 200)")
        );
        seen.push(browser.ask(focused).as_str().unwrap_or_default().to_owned());
    }
    for expected in ["The numbers of Waits over time", "words", "end"] {
        assert!(seen.iter().any(|name| name == expected), "{expected}: {seen:?}");
    }
    browser.ask("document.querySelector('summary').focus()");
    browser.press("Enter");
    assert_eq!(browser.ask("document.querySelector('details').open"), true);
    browser.ask("document.querySelector('.population a').focus()");
    browser.press("Enter");
    assert_eq!(browser.ask("document.querySelector('.story:target') !== null"), true);
}

#[test]
fn a_screen_reader_finds_its_way() {
    let Some(mut open) = Open::new(&three_hundred()) else { return };
    let browser = &mut open.browser;
    let levels = browser.ask("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.localName[1])");
    let levels: Vec<u64> = levels.as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no level is passed over");
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("a list");
    let of = |role: &str| -> Vec<&Value> {
        nodes.iter().filter(|node| node["role"]["value"] == role && node["ignored"] == false).collect()
    };
    for landmark in ["banner", "navigation", "main", "contentinfo", "search"] {
        assert_eq!(of(landmark).len(), 1, "{landmark}");
    }
    let drawings = of("image");
    assert_eq!(drawings.len(), 6);
    for thing in drawings
        .iter()
        .chain(&of("table"))
        .chain(&of("link"))
        .chain(&of("searchbox"))
        .chain(&of("combobox"))
        .chain(&of("region"))
    {
        assert!(thing["name"]["value"].as_str().is_some_and(|name| !name.is_empty()), "it has a name: {thing}");
    }
    for drawing in drawings {
        assert!(drawing["description"]["value"].as_str().is_some_and(|says| says.len() > 20), "{drawing}");
    }
    // As cards on a phone the list is a table all the same.
    browser.resize(390, 844);
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("a list");
    let rows = nodes.iter().filter(|node| node["role"]["value"] == "row" && node["ignored"] == false).count();
    assert!(rows >= 300, "{rows}");
}
