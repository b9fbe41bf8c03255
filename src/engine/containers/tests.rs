use std::io::Write;

use ::tar::EntryType;
use ::zip::CompressionMethod;
use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::limits;
use crate::wire::{Kind, Role};

type Files<'a> = &'a [(&'a str, &'a [u8])];

fn zipped_with(files: Files<'_>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zipped(files: Files<'_>) -> Vec<u8> {
    zipped_with(files, CompressionMethod::Deflated)
}

/// Names go in raw: the tar writer refuses the very names that are to be tested.
fn tarred(files: Files<'_>) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn opened(name: &str, bytes: Vec<u8>) -> Opened {
    opened_all(vec![Input::new(name, bytes)], &[])
}

fn opened_all(inputs: Vec<Input>, overrides: &[Override]) -> Opened {
    match open(inputs, overrides, &mut |_, _, _| ControlFlow::Continue(())) {
        ControlFlow::Continue(opened) => opened,
        ControlFlow::Break(()) => panic!("stopped"),
    }
}

/// One line per document (its text, or `!` and why not), then one per skipped thing.
fn outline(opened: &Opened) -> String {
    let mut lines = Vec::new();
    for document in &opened.documents {
        let mut line = if document.unreadable {
            format!("{} ! {}", document.path, document.notes.join(" "))
        } else {
            format!("{} = {:?}", document.path, document.text)
        };
        if !document.unreadable && !document.notes.is_empty() {
            line += &format!(" [{}]", document.notes.join(" "));
        }
        lines.push(line);
    }
    for skipped in &opened.skipped {
        let sign = if skipped.weight == Weight::Noise { '-' } else { '?' };
        lines.push(format!("{} {sign} {}", skipped.path, skipped.why));
    }
    lines.join("\n")
}

#[track_caller]
fn check(name: &str, bytes: Vec<u8>, expected: &[&str]) {
    assert_eq!(outline(&opened(name, bytes)), expected.join("\n"));
}

const TWO: Files<'static> =
    &[("app/versions/1.py", b"revision = '1'\n"), ("b.sql", b"DROP TABLE b;\r\n")];
const NOTHING: &str = "There is nothing to read in this archive. Check that it is the right one.";

#[test]
fn every_container_brings_its_documents_whatever_it_is_called() {
    let two = |name: &str| {
        [
            format!("{name}/app/versions/1.py = \"revision = '1'\\n\""),
            format!("{name}/b.sql = \"DROP TABLE b;\\r\\n\""),
        ]
        .join("\n")
    };
    assert_eq!(outline(&opened("a.zip", zipped(TWO))), two("a.zip"));
    let stored = zipped_with(TWO, CompressionMethod::Stored);
    assert_eq!(outline(&opened("a.txt", stored)), two("a.txt"));
    assert_eq!(outline(&opened("a.tgz", gzipped(&tarred(TWO)))), two("a.tgz"));
    assert_eq!(outline(&opened("a", tarred(TWO))), two("a"));
    check("dump.sql.gz", gzipped(b"SELECT 1;"), &["dump.sql.gz/dump.sql = \"SELECT 1;\""]);
    check("x.zip", b"SELECT 1;".to_vec(), &["x.zip = \"SELECT 1;\""]);
}

#[test]
fn an_empty_input_is_a_document_that_says_so() {
    check("x.sql", Vec::new(), &["x.sql = \"\" [Empty.]"]);
}

#[test]
fn an_archive_without_anything_to_read_does_not_vanish() {
    check("a.zip", zipped(&[]), &[&format!("a.zip ! {NOTHING}")]);
    check(
        "a.zip",
        zipped(&[("x/.git/config", b"[core]")]),
        &[&format!("a.zip ! {NOTHING}"), "a.zip/x/.git/config - version control's own files"],
    );
}

#[test]
fn a_zip_that_is_cut_off_gives_what_came_before() {
    let whole = zipped(TWO);
    let directory = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    check(
        "a.zip",
        whole[..directory].to_vec(),
        &[
            "a.zip ! The archive is cut off after 2 files; what came before was read. Download or pack \
             it again.",
            "a.zip/app/versions/1.py = \"revision = '1'\\n\"",
            "a.zip/b.sql = \"DROP TABLE b;\\r\\n\"",
        ],
    );
    check(
        "a.zip",
        whole[..directory - 3].to_vec(),
        &[
            "a.zip ! The archive is cut off after 1 file; what came before was read. Download or pack \
             it again.",
            "a.zip/app/versions/1.py = \"revision = '1'\\n\"",
            "a.zip/b.sql ! The archive is cut off inside this file. Download or pack the archive again."
                .replace("pack the archive", "pack it")
                .as_str(),
        ],
    );
}

#[test]
fn a_damaged_member_costs_only_itself() {
    let mut bytes = zipped_with(TWO, CompressionMethod::Stored);
    let at = bytes.windows(8).position(|w| w == b"revision").unwrap();
    bytes[at] ^= 0x20;
    check(
        "a.zip",
        bytes,
        &[
            "a.zip/app/versions/1.py ! This file is damaged inside the archive. Download or pack the \
             archive again.",
            "a.zip/b.sql = \"DROP TABLE b;\\r\\n\"",
        ],
    );
}

#[test]
fn a_damaged_member_of_a_cut_zip_is_not_taken_for_a_sound_one() {
    let mut bytes = zipped_with(TWO, CompressionMethod::Stored);
    let at = bytes.windows(8).position(|w| w == b"revision").unwrap();
    bytes[at] ^= 0x20;
    bytes.truncate(bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap());
    let text = outline(&opened("a.zip", bytes));
    assert!(text.contains("1.py ! This file is damaged"), "{text}");
    assert!(text.contains("a.zip/b.sql = "), "{text}");
}

#[test]
fn a_zip_with_a_broken_table_of_contents_is_still_read() {
    let mut bytes = zipped(TWO);
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 46..directory + 60].fill(0xff);
    bytes[directory + 28] = 0xff;
    let text = outline(&opened("a.zip", bytes));
    assert!(text.contains("a.zip ! The archive is damaged after 2 files"), "{text}");
    assert!(text.contains("b.sql = "), "{text}");
}

#[test]
fn a_tar_that_is_cut_off_gives_what_came_before() {
    let cut = "a.tar ! The archive is cut off after 1 file; what came before was read. Download or pack \
               it again.";
    let first = "a.tar/app/versions/1.py = \"revision = '1'\\n\"";
    let inside =
        "a.tar/b.sql ! The archive breaks off inside this file. Download or pack it again.";
    let whole = tarred(TWO);
    check("a.tar", whole[..1024].to_vec(), &[cut, first]);
    check("a.tar", whole[..1024 + 100].to_vec(), &[cut, first]);
    check("a.tar", whole[..1024 + 512 + 5].to_vec(), &[cut, first, inside]);
}

#[test]
fn a_damaged_gzip_gives_what_came_before_and_says_so() {
    let noise: String =
        (0u32..4000).map(|n| format!("{};\n", n.wrapping_mul(2_654_435_761))).collect();
    let whole = gzipped(noise.as_bytes());
    let cut = opened("d.sql.gz", whole[..whole.len() / 2].to_vec());
    assert_eq!(cut.documents.len(), 2);
    assert!(cut.documents[0].unreadable);
    assert!(cut.documents[0].notes[0].starts_with("The file is cut off after "));
    assert!(noise.starts_with(&cut.documents[1].text) && cut.documents[1].text.len() > 1000);
    assert_eq!(cut.documents[1].notes, ["Incomplete: the gzip file breaks off here."]);

    let mut wrong = gzipped(&tarred(TWO));
    let end = wrong.len() - 6;
    wrong[end] ^= 1;
    let text = outline(&opened("a.tgz", wrong));
    assert!(text.starts_with("a.tgz ! The archive is damaged after 2 files"), "{text}");
    assert!(text.contains("b.sql = "), "{text}");
}

#[test]
fn bombs_stop_at_the_bound_whatever_their_header_says() {
    let zeros = vec![b' '; 5 * 1024 * 1024];
    let honest = zipped(&[("a.sql", b"SELECT 1;"), ("bomb.sql", &zeros)]);
    let mut lying = honest.clone();
    let directory = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lying[directory + 24..directory + 28].copy_from_slice(&9u32.to_le_bytes());
    let trap = "a.zip ! Stopped after 1 file: the archive inflates to more than 200 times its size, as \
                only a trap does. Unpack it yourself and give the files that matter.";
    let first = "a.zip/a.sql = \"SELECT 1;\"";
    check("a.zip", honest.clone(), &[trap, first]);
    let damaged = "a.zip/bomb.sql ! This file is damaged inside the archive. Download or pack the \
                   archive again.";
    check("a.zip", lying, &[first, damaged]);
    let directory = honest.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    check("a.zip", honest[..directory].to_vec(), &[trap, first]);

    let tar = gzipped(&tarred(&[("a.sql", b"SELECT 1;"), ("bomb.sql", &zeros)]));
    let text = outline(&opened("a.tgz", tar));
    assert!(text.starts_with("a.tgz ! Stopped after 1 file:"), "{text}");
    assert!(text.contains("a.tgz/a.sql = "), "{text}");
    let text = outline(&opened("a.gz", gzipped(&zeros)));
    assert!(text.starts_with("a.gz ! Stopped after 0 files:"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn one_file_over_the_limit_does_not_cost_the_others() {
    let big = vec![b' '; limits::DOCUMENT_BYTES_MAX + 1];
    let why = "Not read: larger than 64 MB, the limit for one file. Give only the part that matters, \
               such as a dump without data.";
    let files: Files<'_> = &[("big.sql", &big), ("z.sql", b"SELECT 1;")];
    let archive = zipped_with(files, CompressionMethod::Stored);
    check("a.zip", archive, &[&format!("a.zip/big.sql ! {why}"), "a.zip/z.sql = \"SELECT 1;\""]);
    let archive = tarred(files);
    check("a.tar", archive, &[&format!("a.tar/big.sql ! {why}"), "a.tar/z.sql = \"SELECT 1;\""]);
    let inputs = vec![Input::new("big.sql", big), Input::new("z.sql", "SELECT 1;")];
    assert_eq!(
        outline(&opened_all(inputs, &[])),
        format!("big.sql ! {why}\nz.sql = \"SELECT 1;\"")
    );
}

#[test]
fn all_files_together_have_a_limit_that_refuses_by_name() {
    let inputs = (0..4)
        .map(|n| Input::new(format!("{n}.sql"), vec![b' '; limits::DOCUMENT_BYTES_MAX]))
        .chain([Input::new("small.sql", "SELECT 1;")])
        .collect();
    let opened = opened_all(inputs, &[]);
    let unreadable: Vec<_> =
        opened.documents.iter().filter(|d| d.unreadable).map(|d| d.path.as_str()).collect();
    assert_eq!(unreadable, ["3.sql"]);
    assert!(opened.documents[3].notes[0].contains("all files together may have 200 MB"));
}

#[test]
fn too_many_files_are_refused_by_name_and_in_sum() {
    let inputs =
        (0..limits::DOCUMENTS_MAX + 2).map(|n| Input::new(format!("{n:05}"), "x")).collect();
    let opened = opened_all(inputs, &[]);
    assert_eq!(opened.documents.len(), limits::DOCUMENTS_MAX + 1);
    assert!(opened.documents[0].notes[0].starts_with("2 files were not read"));
    let skipped: Vec<_> = opened.skipped.iter().map(|s| s.path.as_str()).collect();
    assert_eq!(skipped, ["20000", "20001"]);
}

#[test]
fn names_that_lead_out_of_the_archive_are_refused() {
    let files: Files<'_> = &[
        ("../../etc/cron.d/x", b"x"),
        ("/etc/passwd", b"x"),
        ("C:\\x.sql", b"x"),
        ("app\\versions\\1.py", b"x"),
        ("a\x1b[2Kb.sql", b"x"),
    ];
    let expected = |name: &str| {
        [
            "app/versions/1.py = \"x\" [Backslashes in its name are shown as slashes.]",
            "a\u{fffd}[2Kb.sql = \"x\" [Control characters in its name are shown as \u{fffd}.]",
            "%2E%2E/%2E%2E/etc/cron.d/x ? its name leads out of the archive",
            "%2Fetc/passwd ? its name starts at the root of the disk",
            "C%3A/x.sql ? its name starts with a drive letter",
        ]
        .map(|line| format!("{name}/{line}"))
        .join("\n")
    };
    assert_eq!(outline(&opened("a.zip", zipped(files))), expected("a.zip"));
    assert_eq!(outline(&opened("a.tar", tarred(files))), expected("a.tar"));
}

#[test]
fn archives_in_archives_are_listed_and_not_opened() {
    let inner = zipped(TWO);
    let tar = tarred(TWO);
    let zip = zipped(&[("in.zip", &inner), ("in.tar", &tar), ("x.sql", b"SELECT 1;")]);
    check(
        "a.zip",
        zip,
        &[
            "a.zip/x.sql = \"SELECT 1;\"",
            "a.zip/in.tar ? a tar archive inside other files is not opened; give it by itself",
            "a.zip/in.zip ? a zip archive inside other files is not opened; give it by itself",
        ],
    );
    check(
        "a.gz",
        gzipped(&inner),
        &[
            "a.gz/a ! This is a zip archive. Unpack it and give the files; zip, tar and gzip are opened \
           here.",
        ],
    );
}

#[test]
fn encrypted_and_oddly_packed_members_say_what_to_do() {
    let mut bytes = zipped(TWO);
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    bytes[6] |= 1;
    check(
        "a.zip",
        bytes,
        &[
            "a.zip/app/versions/1.py ! This file is encrypted. Unpack the archive with its password and \
             give the files.",
            "a.zip/b.sql = \"DROP TABLE b;\\r\\n\"",
        ],
    );
    let mut bytes = zipped(TWO);
    bytes[directory + 10] = 9;
    bytes[8] = 9;
    let text = outline(&opened("a.zip", bytes));
    assert!(text.contains("1.py ! This file is compressed with Deflate64"), "{text}");
}

#[test]
fn links_and_devices_in_a_tar_are_listed() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, kind) in
        [("link", EntryType::Symlink), ("hard", EntryType::Link), ("fifo", EntryType::Fifo)]
    {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, name, "/etc/passwd").unwrap();
    }
    let text = outline(&opened("a.tar", builder.into_inner().unwrap()));
    assert_eq!(
        text,
        format!(
            "a.tar ! {NOTHING}\n\
             a.tar/fifo ? a device or another special file\n\
             a.tar/hard ? a link; links are not followed\n\
             a.tar/link ? a link; links are not followed"
        )
    );
}

#[test]
fn noise_is_left_out_and_counted() {
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 300]].concat();
    let files: Files<'_> = &[
        ("r/.git/HEAD", b"ref"),
        ("r/app/__pycache__/x.py", b"x"),
        ("r/app/x.pyc", b"x"),
        ("r/logo.png", &picture),
        ("r/x.sql", b"SELECT 1;"),
    ];
    let text = [
        "r/x.sql = \"SELECT 1;\"",
        "r/.git/HEAD - version control's own files",
        "r/app/__pycache__/x.py - a cache",
        "r/app/x.pyc - compiled Python",
        "r/logo.png - not text",
    ];
    let inputs = files.iter().map(|(name, bytes)| Input::new(*name, *bytes)).collect();
    assert_eq!(outline(&opened_all(inputs, &[])), text.join("\n"));
    let inside = text.map(|line| format!("a.zip/{line}"));
    assert_eq!(outline(&opened("a.zip", zipped(files))), inside.join("\n"));
}

#[test]
fn what_is_no_text_says_where_or_what_it_is() {
    let why = "This is not text: there is a NUL byte at offset 9. If it is text, save it as UTF-8; if it \
               is a database file, write it out as SQL first.";
    check("x.sql", b"SELECT 1;\0".to_vec(), &[&format!("x.sql ! {why}")]);
    // A stray byte in a text is told even in an archive: it could be a migration.
    check(
        "a.zip",
        zipped(&[("x.sql", b"SELECT 1;\0 and much more text here")]),
        &[&format!("a.zip/x.sql ! {why}")],
    );
    let text = outline(&opened("prod.dump", b"PGDMP\x01\x0e\0".to_vec()));
    assert!(text.contains("pg_restore"), "{text}");
    let office = zipped(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]);
    let text = outline(&opened("audit.xlsx", office));
    assert!(text.contains("office document") && text.lines().count() == 1, "{text}");
}

#[test]
fn what_the_person_said_reaches_the_documents() {
    let mut archive = Input::new("a.zip", zipped(TWO)).with_role(Role::Prod);
    archive.kind = Some(Kind::Sql);
    let inputs =
        vec![archive, Input::new("x.sql", "1"), Input::new("x.sql", "2"), Input::new("y", "3")];
    let said = |path: &str| Override { path: path.to_owned(), ..Override::default() };
    let overrides = [
        Override {
            rename: Some("The plan".to_owned()),
            role: Some(Role::Plan),
            ..said("x.sql (2)")
        },
        Override { kind: Some(Kind::Diff), ..said("a.zip") },
        Override { kind: Some(Kind::Models), ..said("a.zip/b.sql") },
        Override { exclude: true, ..said("y") },
    ];
    let opened = opened_all(inputs, &overrides);
    let rows: Vec<_> = opened
        .documents
        .iter()
        .map(|d| (d.path.as_str(), d.name.as_str(), d.role, d.kind))
        .collect();
    assert_eq!(
        rows,
        [
            (
                "a.zip/app/versions/1.py",
                "a.zip/app/versions/1.py",
                Some(Role::Prod),
                Some(Kind::Diff)
            ),
            ("a.zip/b.sql", "a.zip/b.sql", Some(Role::Prod), Some(Kind::Models)),
            ("x.sql", "x.sql", None, None),
            ("x.sql (2)", "The plan", Some(Role::Plan), None),
        ]
    );
}

#[test]
fn the_order_of_arrival_changes_nothing() {
    let inputs =
        || vec![Input::new("b", "2"), Input::new("a.zip", zipped(TWO)), Input::new("b", "1")];
    let mut turned = inputs();
    turned.reverse();
    assert_eq!(outline(&opened_all(inputs(), &[])), outline(&opened_all(turned, &[])));
}

#[test]
fn the_work_is_watched_and_can_be_stopped_between_documents() {
    let inputs = || vec![Input::new("a.zip", zipped(TWO)), Input::new("b", "1")];
    let mut seen = Vec::new();
    let _ = open(inputs(), &[], &mut |name, done, total| {
        seen.push(format!("{name} {done}/{total}"));
        ControlFlow::Continue(())
    });
    assert_eq!(seen, ["a.zip 0/2", "a.zip/app/versions/1.py 1/3", "a.zip/b.sql 2/4", "b 3/4"]);
    let mut calls = 0;
    let stopped = open(inputs(), &[], &mut |_, _, _| {
        calls += 1;
        if calls == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(stopped.is_break());
    assert_eq!(calls, 2);
}

/// Law: whatever happens to the bytes of an archive, opening it ends well, and never silently empty.
#[test]
fn mutated_archives_never_panic_and_never_vanish() {
    let files: Files<'_> =
        &[TWO[0], TWO[1], ("c/größe.sql", b"CREATE TABLE c (id int);\n"), ("d.sql", b"")];
    let long = "x".repeat(300);
    for whole in [
        zipped(files),
        zipped_with(files, CompressionMethod::Stored),
        gzipped(&tarred(files)),
        tarred(files),
        gzipped(long.as_bytes()),
    ] {
        let mut seed = 7u64;
        let mut next = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        for round in 0..600 {
            let mut bytes = whole.clone();
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                match next(4) {
                    0 => bytes[at] = next(256) as u8,
                    1 => bytes.truncate(at.max(1)),
                    2 => drop(bytes.drain(at..(at + next(40)).min(bytes.len()))),
                    _ => bytes.insert(at, next(256) as u8),
                }
                if bytes.is_empty() {
                    bytes.push(0);
                }
            }
            let opened = opened("a", bytes);
            assert!(!opened.documents.is_empty(), "round {round}");
        }
    }
}
