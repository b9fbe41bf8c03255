//! The samples on the first screen: folders under `public/samples`, which the pack step puts into a script
//! of their own, since the page may fetch nothing.

use super::model::SampleId;

/// Every sample, in the order of the first screen.
pub const ALL: [SampleId; 4] =
    [SampleId::NeverStamped, SampleId::TwoHeads, SampleId::DeletedRevision, SampleId::CleanPublish];

/// Returns the folder of a sample's files.
pub fn folder(sample: SampleId) -> &'static str {
    match sample {
        SampleId::NeverStamped => "never-stamped",
        SampleId::TwoHeads => "two-heads",
        SampleId::DeletedRevision => "deleted-revision",
        SampleId::CleanPublish => "clean-publish",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_sample_is_a_folder_and_every_folder_a_sample() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/samples");
        let entries = fs::read_dir(root).expect("the samples");
        let mut folders: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        folders.sort();
        let mut named: Vec<String> = ALL.map(|sample| folder(sample).to_owned()).to_vec();
        named.sort();
        assert_eq!(folders, named);
    }
}
