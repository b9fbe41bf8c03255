//! The samples on the first screen, compiled in: the page may not fetch, not even its own files.

use super::model::SampleId;

/// A sample's files: path and text.
type Files = &'static [(&'static str, &'static str)];

/// Every sample, in the order of the first screen.
pub const ALL: [SampleId; 3] = [SampleId::NeverStamped, SampleId::TwoHeads, SampleId::CleanPublish];

/// Returns what a sample hands over.
pub fn files(sample: SampleId) -> Files {
    match sample {
        SampleId::NeverStamped => NEVER_STAMPED,
        SampleId::TwoHeads => TWO_HEADS,
        SampleId::CleanPublish => CLEAN_PUBLISH,
    }
}

/// Names a file of a sample and embeds it.
macro_rules! file {
    ($folder:literal, $path:literal) => {
        ($path, include_str!(concat!("../../public/samples/", $folder, "/", $path)))
    };
}

const NEVER_STAMPED: Files = &[
    file!("never-stamped", "dev-summary.txt"),
    file!("never-stamped", "migrations/versions/3b7a1d2e9f42_maintenance_and_meters.py"),
    file!("never-stamped", "migrations/versions/41aa09c7d2b4_bookings.py"),
    file!("never-stamped", "migrations/versions/5a9d6371e18c_accounts_vessels_berths.py"),
    file!("never-stamped", "migrations/versions/7b44e2d8aa90_gift_cards.py"),
    file!("never-stamped", "migrations/versions/9c10ab55d3e1_invoices_and_payments.py"),
    file!("never-stamped", "migrations/versions/c41e9a7b20dd_waiting_list.py"),
    file!("never-stamped", "prod-summary.txt"),
    file!("never-stamped", "publish-plan.txt"),
];

const TWO_HEADS: Files = &[
    file!("two-heads", "migrations/versions/189b1231afd4_equipment.py"),
    file!("two-heads", "migrations/versions/1c07be52a9f0_members_and_lockers.py"),
    file!("two-heads", "migrations/versions/48d1f6a3350b_trips.py"),
    file!("two-heads", "migrations/versions/4be29d7180aa_trip_waiting_list.py"),
    file!("two-heads", "migrations/versions/91aa07c36e1d_trip_prices.py"),
];

const CLEAN_PUBLISH: Files = &[
    file!("clean-publish", "dev-summary.txt"),
    file!("clean-publish", "migrations/versions/0d3b5e61c7a2_workshops.py"),
    file!("clean-publish", "migrations/versions/6e8f20b49d15_registrations.py"),
    file!("clean-publish", "migrations/versions/b1f47c9032de_reviews.py"),
    file!("clean-publish", "prod-summary.txt"),
    file!("clean-publish", "publish-plan.txt"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn count(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }

    #[test]
    fn every_file_of_the_folder_is_in_a_sample() {
        let listed: usize = ALL.iter().map(|&sample| files(sample).len()).sum();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/samples");
        assert_eq!(listed, count(&folder));
    }
}
