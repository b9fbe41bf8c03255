//! Any graph of revisions: two parents, a dependency and a label each, from one byte apiece.
#![no_main]

use libfuzzer_sys::fuzz_target;
use retort::Input;
use review::review;

/// Revisions of one graph.
const REVISIONS_MAX: usize = 48;

fuzz_target!(|bytes: &[u8]| {
    let rows = bytes.chunks_exact(4).take(REVISIONS_MAX);
    // One more than there are, so that some are missing; the same id twice now and then.
    let count = rows.len() as u8 + 1;
    let name = |byte: u8| format!("r{}", byte % count);
    let files = rows.enumerate().map(|(at, row)| {
        let [one, other, needs, flags] = row else { unreachable!() };
        let own = if flags & 0b1000_0000 != 0 { name(*other) } else { name(at as u8) };
        let down = match flags & 0b11 {
            0 => "None".to_owned(),
            1 => format!("{:?}", name(*one)),
            _ => format!("({:?}, {:?})", name(*one), name(*other)),
        };
        let depends = if flags & 0b100 != 0 { format!("{:?}", name(*needs)) } else { "None".to_owned() };
        let label = if flags & 0b1000 != 0 { format!("'b{}'", needs % 5) } else { "None".to_owned() };
        let text = format!(
            "revision = {own:?}\ndown_revision = {down}\ndepends_on = {depends}\nbranch_labels = {label}\n\n\n\
             def upgrade():\n    pass\n"
        );
        Input::new(format!("migrations/versions/{at:03}.py"), text.into_bytes())
    });
    let analysis = review(files.collect());
    for chain in analysis.report().chains {
        for revision in &chain.revisions {
            let place = |id: &String| chain.order.iter().position(|other| other == id);
            let Some(own) = place(&revision.id) else { continue };
            // Where Alembic would refuse the folder there is no order to speak of.
            let before = revision.down.iter().filter_map(place).all(|parent| parent < own);
            assert!(before || !chain.problems.is_empty(), "{} runs before a parent", revision.id);
        }
        for at in ["heads", "head", "base", "r0", "r1+1", "r2-2", "b1@head", "b"] {
            let _ = analysis.reading.schema(None, Some(at));
        }
    }
});
