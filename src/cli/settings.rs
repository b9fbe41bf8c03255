//! Which `retort.toml` counts for a command, and the file that it names as the baseline.

use std::fs;
use std::path::{Path, PathBuf};

use super::Io;
use super::failure::Failure;
use super::files::{self, Gathered};
use crate::engine::formats::{SETTINGS_FILE, stated_baseline};
use crate::engine::history::{LOCK_FILE, Lock};
use crate::engine::pipeline::Reading;
use crate::engine::span::DocumentId;
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::wire::{Input, Kind, Role};

/// Reads paths as [`files::gather`] does, and with them the settings: the file that was named, or the
/// nearest one upwards from the first path.
pub fn gather(
    paths: &[PathBuf],
    roles: &[(Role, PathBuf)],
    kinds: &[(Kind, PathBuf)],
    config: Option<&Path>,
    io: &mut Io<'_>,
) -> Result<Gathered, Failure> {
    let first = paths.first().or_else(|| roles.first().map(|(_, path)| path));
    let file = match config {
        Some(path) => Some(io.folder.join(path)),
        None => first.and_then(|path| nearest(path, io)),
    };
    let Some(file) = file else { return files::gather(paths, roles, kinds, io) };
    let mut roles = roles.to_vec();
    if !roles.iter().any(|(role, _)| *role == Role::Baseline) {
        roles.extend(baseline(&file).map(|path| (Role::Baseline, path)));
    }
    let mut kinds = kinds.to_vec();
    kinds.push((Kind::Settings, config.map_or(file, Path::to_owned)));
    files::gather(paths, &roles, &kinds, io)
}

fn nearest(path: &Path, io: &Io<'_>) -> Option<PathBuf> {
    let here = if path.as_os_str() == "-" { Path::new("") } else { path };
    let here = fs::canonicalize(io.folder.join(here)).ok()?;
    here.ancestors().map(|folder| folder.join(SETTINGS_FILE)).find(|file| file.is_file())
}

/// The nearest lock file upwards from the first path, where it lies outside of all that was named: of it,
/// the lines of what was named.
pub fn lock(paths: &[PathBuf], inputs: &[Input], io: &Io<'_>) -> Option<Input> {
    let named = |input: &Input| input.name.rsplit('/').next() == Some(LOCK_FILE);
    if inputs.iter().any(named) {
        return None;
    }
    let place = |path: &PathBuf| fs::canonicalize(io.folder.join(path)).ok();
    let first = place(paths.first()?)?;
    let file =
        first.ancestors().map(|folder| folder.join(LOCK_FILE)).find(|file| file.is_file())?;
    let about = fs::metadata(&file).ok()?;
    if about.len() > u64::try_from(DOCUMENT_BYTES_MAX).ok()? {
        return None;
    }
    let text = fs::read_to_string(&file).ok()?;
    let folder = file.parent()?;
    let places: Vec<PathBuf> = paths.iter().filter_map(place).collect();
    let covers = |root: &str| {
        let root = folder.join(root);
        places.iter().any(|place| root.starts_with(place) || place.starts_with(&root))
    };
    let rows = Lock::read(DocumentId(0), &text).rows;
    let foreign =
        |start: usize| rows.iter().any(|row| row.span.start == start && !covers(&row.root));
    let mut start = 0;
    let kept = text.split_inclusive('\n').filter(|line| {
        let at = start;
        start += line.len();
        !foreign(at)
    });
    let mut input = Input::new(LOCK_FILE, kept.collect::<String>());
    input.kind = Some(Kind::Lock);
    Some(input)
}

/// The baseline that settings name. A file outside of their folder is not read: who writes the settings of a
/// repository may not choose what else of this machine a report shows.
fn baseline(file: &Path) -> Option<PathBuf> {
    let file = fs::canonicalize(file).ok()?;
    let about = fs::metadata(&file).ok()?;
    if about.len() > u64::try_from(DOCUMENT_BYTES_MAX).ok()? {
        return None;
    }
    let bytes = fs::read(&file).ok()?;
    let named = stated_baseline(&String::from_utf8_lossy(&bytes))?;
    let folder = file.parent()?;
    fs::canonicalize(folder.join(named)).ok().filter(|path| path.starts_with(folder))
}

/// Refuses to go on with settings that were not understood, where no report would say so.
pub fn sound(reading: &Reading) -> Result<(), Failure> {
    match reading.settings_mistake() {
        None => Ok(()),
        Some((file, line, what)) => Err(Failure::Misuse {
            what: format!("{file}:{line}: {what}."),
            next: "Correct it; docs/settings.md lists the settings.".to_owned(),
        }),
    }
}

/// Returns the day of a moment as `2027-01-31`, in UTC.
pub fn day(seconds_since_1970: u64) -> String {
    // Days are counted from 1 March of the year 0, so that the odd day of a leap year is a year's last.
    let days = seconds_since_1970 / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_801_353_600, "2027-01-31"),
            (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(day(seconds), expected);
        }
    }
}
