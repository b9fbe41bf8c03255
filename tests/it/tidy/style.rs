//! The colours: all of them in `style/tokens.css`, readable in both themes, and apart for people who see fewer of them.

use std::collections::BTreeMap;

use crate::inputs::root;

type Rgb = [f64; 3];

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join("style").join(file)).unwrap()
}

/// The colours of a theme: light ones, and over them the dark ones.
fn theme(dark: bool) -> BTreeMap<String, Rgb> {
    let text = read("tokens.css");
    let (light, rest) = text.split_once("[data-theme=dark]").unwrap();
    let (darker, _) = rest.split_once(":root").unwrap();
    let mut raw: BTreeMap<&str, &str> = BTreeMap::new();
    for part in [light, if dark { darker } else { "" }] {
        for pair in part.split([';', '{', '}']) {
            if let Some((name, value)) =
                pair.trim().strip_prefix("--").and_then(|it| it.split_once(':'))
            {
                raw.insert(name, value.trim());
            }
        }
    }
    let of = |name: &str| {
        let mut value = raw[name];
        while let Some(other) = value.strip_prefix("var(--").and_then(|it| it.strip_suffix(')')) {
            value = raw[other];
        }
        hex(value)
    };
    raw.keys().map(|name| ((*name).to_owned(), of(name))).collect()
}

fn hex(value: &str) -> Rgb {
    let digits = value.strip_prefix('#').unwrap_or_else(|| panic!("{value} is no colour"));
    let digits: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        _ => digits.to_owned(),
    };
    let part = |at: usize| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
    [part(0), part(2), part(4)]
}

fn linear(c: f64) -> f64 {
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let light = |[r, g, b]: Rgb| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Nothing but the tokens names a colour.
#[test]
fn colours_stand_in_the_tokens_alone() {
    const NAMES: [&str; 8] =
        [": white", ": black", ": red", ": green", ": blue", "rgb(", "hsl(", "oklch("];
    for file in ["frame.css", "panels.css", "parts.css"] {
        for line in read(file).lines() {
            let is_hex = line.match_indices('#').any(|(at, _)| {
                let digits = line[at + 1..].chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8) && line[..at].ends_with([' ', ':', '('])
            });
            let named = NAMES.iter().any(|name| line.contains(name));
            assert!(
                !is_hex && !named,
                "{file} names a colour; give it a name in tokens.css: {line}"
            );
        }
    }
}

#[test]
fn text_and_lines_stand_out_in_both_themes() {
    for dark in [false, true] {
        let of = theme(dark);
        let mut pairs = Vec::new();
        for ground in ["bg", "card", "well", "pick", "hover"] {
            pairs.extend(["ink", "ink-2", "ink-3"].map(|text| (text, ground, 4.5)));
            pairs.push(("teal", ground, 4.5));
            pairs.push(("alarm", ground, 4.5));
            pairs.push(("focus", ground, 3.0));
        }
        for ground in ["hit", "add", "del"] {
            pairs.extend(["ink", "ink-2"].map(|text| (text, ground, 4.5)));
        }
        for ground in ["bg", "card", "well"] {
            pairs.push(("edge", ground, 3.0));
        }
        for severity in ["blocker", "danger", "warning", "notice"] {
            pairs.push((
                ["on-blocker", "on-danger", "on-warning", "on-notice"][[
                    "blocker", "danger", "warning", "notice",
                ]
                .iter()
                .position(|it| *it == severity)
                .unwrap()],
                severity,
                4.5,
            ));
        }
        for line in ["danger-line", "warning-line", "notice-line", "blocker"] {
            pairs.push((line, "bg", 3.0));
        }
        pairs.push(("on-teal", "teal", 4.5));
        for (text, ground, least) in pairs {
            let is = contrast(of[text], of[ground]);
            assert!(is >= least, "{text} on {ground}, dark {dark}: {is:.2}, at least {least}");
        }
    }
}

/// How people see who lack one kind of cone (Viénot, Brettel and Mollon 1999; Machado 2009, severity 1).
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("all colours", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn lab(colour: Rgb, sight: [[f64; 3]; 3]) -> [f64; 3] {
    let c = colour.map(linear);
    let seen = sight.map(|row| (row[0] * c[0] + row[1] * c[1] + row[2] * c[2]).clamp(0.0, 1.0));
    let [r, g, b] = seen;
    let f = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000, as Sharma, Wu and Dalal write it down (2005).
fn difference(one: [f64; 3], other: [f64; 3]) -> f64 {
    let chroma = |lab: [f64; 3]| lab[1].hypot(lab[2]);
    let mean = (chroma(one) + chroma(other)) / 2.0;
    let grow = 0.5 * (1.0 - (mean.powi(7) / (mean.powi(7) + 25f64.powi(7))).sqrt());
    let polar = |lab: [f64; 3]| {
        let a = lab[1] * (1.0 + grow);
        let hue = if a == 0.0 && lab[2] == 0.0 {
            0.0
        } else {
            lab[2].atan2(a).to_degrees().rem_euclid(360.0)
        };
        (a.hypot(lab[2]), hue)
    };
    let ((c1, h1), (c2, h2)) = (polar(one), polar(other));
    let turn = match h2 - h1 {
        _ if c1 * c2 == 0.0 => 0.0,
        d if d > 180.0 => d - 360.0,
        d if d < -180.0 => d + 360.0,
        d => d,
    };
    let (dl, dc) = (other[0] - one[0], c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = ((one[0] + other[0]) / 2.0, (c1 + c2) / 2.0);
    let hue = match h1 + h2 {
        sum if c1 * c2 == 0.0 => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(hue - 30.0) + 0.24 * cos(2.0 * hue) + 0.32 * cos(3.0 * hue + 6.0)
        - 0.20 * cos(4.0 * hue - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let bend = 30.0 * (-((hue - 275.0) / 25.0).powi(2)).exp();
    let rc = 2.0 * (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let rt = -rc * (2.0 * bend).to_radians().sin();
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + rt * c * h).sqrt()
}

#[test]
fn differences_are_those_of_the_published_pairs() {
    let pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
    ];
    for (one, other, is) in pairs {
        assert!((difference(one, other) - is).abs() < 0.0001, "{one:?} {other:?}");
    }
}

#[test]
fn severities_are_told_apart_by_people_who_see_fewer_colours() {
    for dark in [false, true] {
        let of = theme(dark);
        let fills = ["blocker", "danger", "warning", "notice"];
        for (sight, how) in SIGHTS {
            for (ix, one) in fills.iter().enumerate() {
                for other in &fills[..ix] {
                    let is = difference(lab(of[*one], how), lab(of[*other], how));
                    assert!(is >= 12.0, "{one} and {other}, {sight}, dark {dark}: {is:.1}");
                }
            }
        }
    }
}
