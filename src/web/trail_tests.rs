use super::*;
use crate::web::fixture::report;
use crate::wire::ChainRevision;

fn drawn(filter: &str) -> Vec<String> {
    let report = report();
    let trail = trail(Shared::new(tree(&report)), &report, &Filter::read(filter));
    let row = |(ix, row): (usize, &TrailRow)| match row {
        TrailRow::Chain { root, count, .. } => words::join(&["# ", root, " ", &count.to_string()]),
        TrailRow::Position { role, text, .. } => words::join(&[role.word(), ": ", text]),
        TrailRow::Node(node) => {
            let badges = node.badges.iter().map(|badge| match badge {
                Badge::Plain(text) => text.clone(),
                Badge::Database(role) => role.to_uppercase(),
                Badge::Problem(text) => words::join(&["!", text]),
                Badge::Finding(severity) => severity.word().to_owned(),
            });
            let badges: Vec<String> = badges.collect();
            let dim = if trail.passes(ix) { "" } else { "-" };
            words::join(&[
                dim,
                &"  ".repeat(node.lane),
                words::short(&node.id),
                " ",
                &badges.join(","),
            ])
        }
    };
    trail.rows.iter().enumerate().map(row).collect()
}

#[test]
fn rows_run_from_the_head_down_with_holes_where_they_belong() {
    let expected = [
        "c41e9a7b DEV,head,warning",
        "b7d9f0a3 merge",
        "9f02c1de danger",
        "  7b44e2d8 ",
        "  9c10ab55 loyalty",
        "3b7a1d2e ",
        "2a3f4c9d notice",
        "189b1231 !missing",
        "5a9d6371 base",
        "prod: It carries no revision. Its 8 tables are those of ",
    ];
    assert_eq!(drawn(""), expected);
}

#[test]
fn rows_say_who_is_next_to_them() {
    let trail = tree(&report());
    let said: Vec<&str> = trail
        .rows
        .iter()
        .filter_map(|row| match row {
            TrailRow::Node(node) => Some(node.said.as_str()),
            _ => None,
        })
        .collect();
    let first = "c41e9a7b20dd, Bookings. Parent b7d9f0a3. dev is here. head. 1 finding.";
    assert_eq!(said.first(), Some(&first));
    let hole = "189b1231afd4, not in the input. Child 2a3f4c9d. missing. No findings.";
    assert_eq!(said.get(7), Some(&hole));
}

#[test]
fn a_filter_dims_rows_and_keeps_the_lines_whole() {
    let kept = drawn("loyalty").into_iter().filter(|row| !row.starts_with('-')).count();
    // Two revisions, and the line about prod.
    assert_eq!(kept, 3);
}

#[test]
fn letters_lead_to_parents_children_findings_and_heads() {
    let report = report();
    let trail = tree(&report);
    let id = |row: usize| match &trail.rows[row] {
        TrailRow::Node(node) => node.id.as_str(),
        other => panic!("{other:?}"),
    };
    let to = |from: usize, key: &str| leap(&trail, &report, from, key);
    let head = to(0, "h").unwrap();
    assert_eq!(id(head), "c41e9a7b20dd");
    let parent = to(head, "p").unwrap();
    assert_eq!(
        report.chains[0].revisions.iter().find(|one| one.id == id(head)).unwrap().down[0],
        id(parent)
    );
    assert_eq!(to(parent, "c"), Some(head));
    let found = to(head, "]").unwrap();
    assert!(found > head && to(found + 1, "[") == Some(found));
    assert_eq!(to(head, "x"), None);
    assert_eq!(to(head, "c"), None);
}

#[test]
fn five_thousand_revisions_in_one_line_use_one_lane() {
    let mut report = report();
    let template = report.chains[0].revisions[0].clone();
    let revisions: Vec<ChainRevision> = (0..5_000)
        .map(|ix: usize| ChainRevision {
            id: ix.to_string(),
            down: ix.checked_sub(1).map(|parent| parent.to_string()).into_iter().collect(),
            ..template.clone()
        })
        .collect();
    report.chains[0].order = revisions.iter().map(|revision| revision.id.clone()).collect();
    report.chains[0].revisions = revisions;
    let trail = tree(&report);
    assert_eq!(trail.lanes, 1);
    assert_eq!(trail.rows.len(), 5_001);
}

#[test]
fn a_row_lights_what_leads_to_it_and_what_follows_up_to_a_branch_point() {
    let report = report();
    let trail = trail(Shared::new(tree(&report)), &report, &Filter::default());
    let lit = |id: &str| {
        let subject = Subject::Revision { chain: 0, id: id.to_owned() };
        let row = trail.row_of(Some(&subject)).unwrap();
        let kin = trail.kin(row, false);
        let lit = (0..kin.len()).filter(|row| kin[*row]).filter_map(|row| trail.id_at(row));
        lit.map(words::short).map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    // Beside 9f02c1de, on a branch of its own, up to where the branches part.
    assert_eq!(lit("7b44e2d8aa90"), "c41e9a7b b7d9f0a3 7b44e2d8 9c10ab55 3b7a1d2e");
    assert_eq!(lit("9f02c1de7744"), "c41e9a7b b7d9f0a3 9f02c1de 3b7a1d2e");
}

#[test]
fn rows_on_other_branches_are_said_to_be_parallel() {
    let report = report();
    let trail = trail(Shared::new(tree(&report)), &report, &Filter::read(""));
    let beside = |id: &str| {
        let subject = Subject::Revision { chain: 0, id: id.to_owned() };
        let row = trail.row_of(Some(&subject)).unwrap();
        trail.beside(row).into_iter().map(words::short).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(beside("9f02c1de7744"), "7b44e2d8");
    assert_eq!(beside("7b44e2d8aa90"), "9f02c1de");
    // The merge and what both branches began with are before or after everything.
    assert_eq!(beside(trail.id_at(1).unwrap()), "");
    assert_eq!(beside(trail.id_at(5).unwrap()), "");
}
