//! The colours can be told apart from what they stand on.

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../../src/audit/html/report.css");

/// The palettes: light, dark and paper.
fn palettes() -> Vec<BTreeMap<&'static str, [f64; 3]>> {
    let blocks = STYLE.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    let palette = |block: &'static str| {
        let named = block.split(';').filter_map(|line| line.split_once(": #"));
        named.map(|(name, colour)| (name.trim(), rgb(colour.trim()))).collect()
    };
    blocks.map(palette).collect()
}

fn rgb(colour: &str) -> [f64; 3] {
    assert_eq!(colour.len(), 6, "{colour}");
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour")) / 255.0)
}

/// By the Web Content Accessibility Guidelines 2.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let part = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let [red, green, blue] = colour.map(part);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_drawings_have_the_contrast_of_wcag_aa() {
    let palettes = palettes();
    assert_eq!(palettes.len(), 3);
    for palette in palettes {
        let of = |name: &str| palette[name];
        for text in ["--ink", "--soft", "--accent", "--bad"] {
            for ground in ["--paper", "--card"] {
                let contrast = contrast(of(text), of(ground));
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
            }
        }
        let bars = contrast(of("--accent"), of("--pale"));
        assert!(bars >= 3.0, "a bar on the longer one: {bars:.2}");
    }
}
