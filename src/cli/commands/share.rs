//! `retort share`: the report as a link, byte for byte the page's.

use std::io::Read as _;
use std::path::Path;

use super::Command;
use super::check::{Reviewed, has_lost, reviewed};
use crate::cli::args::Share;
use crate::cli::failure::Failure;
use crate::cli::locked::lock;
use crate::cli::{Io, Outcome};
use crate::engine::offer::offer;
use crate::renderers::views::share::markdown;
use crate::wire::Settings;
use crate::wire::share::LinkOffer;
use crate::wire::words::count;

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "share", title: "write the report as a link" };

/// Bytes of a link or a passphrase that are read.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Runs the command. The link holds the report itself; nothing is put anywhere.
pub fn run(args: &Share, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let Reviewed { analysis, named } = reviewed(&args.given, Settings::default(), io)?;
    let report = analysis.report();
    let base = args.base.split('#').next().unwrap_or_default();
    // An address may come with a fragment of its own, such as one that was copied while a report was open.
    let pass = args.passphrase_file.as_deref().map(|file| passphrase(file, io)).transpose()?;
    let mut choice = args.choice();
    choice.0.extend(pass.as_ref().map(|_| "locked".to_owned()));
    let offer = offer(&report, None, base, &choice, "");
    let refused =
        |what: &str, next: &str| Failure::Misuse { what: what.to_owned(), next: next.to_owned() };
    if args.format == "json" {
        io.print(&[&offer.contents, "\n"].concat())?;
        return Ok(Outcome::Clear);
    }
    if offer.link.is_empty() {
        let next = "Leave something out (--trim near), or write a file instead: retort check … --format html";
        return Err(refused(&offer.fits, next));
    }
    let link = match &pass {
        Some(pass) => locked_link(&offer.link, pass)?,
        None => offer.link.clone(),
    };
    let text = match args.format.as_str() {
        "markdown" => markdown(&report.verdict.headline, &link),
        "qr" if pass.is_some() => {
            return Err(refused("A locked link has no QR code.", "Print the link: --format link"));
        }
        "qr" if offer.qr_side == 0 => {
            let next = "Leave something out: --trim counts";
            return Err(refused(
                "The link is too long for a QR code, which ends at 1,200 characters.",
                next,
            ));
        }
        "qr" => svg(&offer),
        _ => link,
    };
    io.print(&[&text, "\n"].concat())?;
    io.say(&format!("{}. {}", count(offer.chars, "character", "characters"), offer.fits));
    io.say(&format!("In it: {}.", offer.included.join("; ")));
    io.say(&format!("Left out: {}.", offer.left_out.join("; ").trim_end_matches('.')));
    io.say(match pass {
        Some(_) => "Whoever has the link and the passphrase can read the report.",
        None => "Whoever has the link can read the report.",
    });
    Ok(if has_lost(&report, &named) { Outcome::Failed } else { Outcome::Clear })
}

fn locked_link(link: &str, pass: &str) -> Result<String, Failure> {
    let (base, fragment) = link.split_once('#').unwrap_or(("", link));
    let locked = lock(fragment, pass).ok_or_else(|| Failure::Misuse {
        what: "This system has no random numbers to lock with.".to_owned(),
        next: "Make the link on another machine.".to_owned(),
    })?;
    Ok([base, "#", &locked].concat())
}

/// The first line of a file, which has to hold something.
pub(super) fn passphrase(file: &Path, io: &mut Io<'_>) -> Result<String, Failure> {
    let text = read_text(file, io)?;
    match text.lines().next().unwrap_or_default() {
        "" => Err(Failure::Misuse {
            what: "The passphrase is empty.".to_owned(),
            next: "Put it on the first line of the file.".to_owned(),
        }),
        pass => Ok(pass.to_owned()),
    }
}

/// What a file holds, or standard input for `-`.
pub(super) fn read_text(file: &Path, io: &mut Io<'_>) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => io.input.take(TEXT_BYTES_MAX).read_to_string(&mut text),
        false => std::fs::File::open(io.folder.join(file))
            .and_then(|found| found.take(TEXT_BYTES_MAX).read_to_string(&mut text)),
    };
    match read {
        Ok(_) => Ok(text),
        Err(why) => Err(Failure::Unreadable {
            path: file.display().to_string(),
            why: why.to_string(),
            next: "Name a file with text in it, or - for standard input.".to_owned(),
        }),
    }
}

fn svg(offer: &LinkOffer) -> String {
    let (side, path) = (offer.qr_side, &offer.qr_path);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\">\
         <title>QR code of a link to a report</title>\
         <path fill=\"#fff\" d=\"M0,0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    )
}
