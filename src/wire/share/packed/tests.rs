use serde_json::json;

use super::*;
use crate::wire::fixture::Seeded;

#[test]
fn the_primer_is_what_its_text_says() {
    let mut reader = Reader::new(Model::new(), PRIMER);
    let read = Talk::default().read(&mut reader).unwrap();
    let text: Value = serde_json::from_str(include_str!("primer.json")).unwrap();
    assert_eq!(read, text);
}

#[test]
fn any_value_comes_back() {
    let id = |number: u64| format!("{number:012x}");
    let ids: Vec<String> = (0..700).map(|ix| id(ix * 0x9e37_79b9)).collect();
    let odd = json!({
        "nobody's field": {"a\u{0}b\n\t\u{1f}\u{7f}": [null, true, false, 0, -3, 2.5, 18_446_744_073_709_551_615_u64]},
        "id": ids,
        "revision": [ids[5], ids[6], ids[5], ids[699], ids[0], ids[300], format!("`{}` and {}_x.{}", ids[2], ids[3], ids[2])],
        "create_date": ["2026-11-21", "2026-11-22", "0000-01-01", "9999-12-31", "2026-13-01", "2026-1-021", "2026-11-21 "],
        "findings": [{"id": "0a1b2c3d"}, {"id": "0a1b2c3"}, {"id": "0a1b2c3dg"}, {"id": "0A1B2C3D"}, {"id": "0a1b2c3d"}],
        "table": ["", "é", "\u{202e}", "drops `users`", "x".repeat(3_000)],
    });
    for value in [
        odd,
        json!(null),
        json!([]),
        json!({}),
        json!(""),
        json!("2026-11-21"),
        json!([[[{"line": 7}]]]),
    ] {
        assert_eq!(unpack(&pack(&value).unwrap()), Ok(value));
    }
}

#[test]
fn what_was_never_written_is_refused_and_bounded() {
    let mut seeded = Seeded(5);
    for _ in 0..300 {
        let noise: Vec<u8> = (0..seeded.number() % 60).map(|_| seeded.number() as u8).collect();
        let _ = unpack(&noise);
    }
    let value = json!({"findings": [{"title": "drops `users`", "line": 3, "rule": "drop-table"}]});
    let packed = pack(&value).unwrap();
    for length in 0..packed.len() {
        assert_ne!(unpack(&packed[..length]), Ok(value.clone()), "{length}");
    }
    let long = Value::String("ab".repeat(20_000));
    assert_eq!(pack(&long), None);
}
