//! The repository's own rules, as tests: which way dependencies point, how long a file may be,
//! what must not be left lying about. Each rule is a function from a source tree to complaints
//! of the form `path:line: what is wrong`, so that each can be shown to complain (`samples`).

#[cfg(test)]
mod layers;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tree;

#[cfg(test)]
mod repository {
    use super::{layers, rules, tree::SourceTree};

    /// Fails with every complaint on a line of its own.
    fn assert_tidy(complaints: &[String]) {
        assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    }

    #[test]
    fn dependencies_point_one_way() {
        assert_tidy(&layers::wrong_directions(&SourceTree::of_repository()));
    }

    #[test]
    fn the_core_is_pure() {
        assert_tidy(&layers::impurities(&SourceTree::of_repository()));
    }

    #[test]
    fn only_the_store_knows_diesel() {
        assert_tidy(&layers::stray_diesel(&SourceTree::of_repository()));
    }

    #[test]
    fn files_are_short() {
        assert_tidy(&rules::long_files(&SourceTree::of_repository()));
    }

    #[test]
    fn nothing_is_left_to_do_in_a_comment() {
        assert_tidy(&rules::leftovers(&SourceTree::of_repository()));
    }

    #[test]
    fn migrations_come_in_pairs_for_both_databases_and_say_why() {
        assert_tidy(&rules::migrations(&SourceTree::of_repository()));
    }

    #[test]
    fn nothing_names_one_machine_or_a_package_registry() {
        assert_tidy(&rules::machine_names(&SourceTree::of_repository()));
    }

    #[test]
    fn no_file_is_large() {
        assert_tidy(&rules::large_files(&SourceTree::of_repository()));
    }

    #[test]
    fn rule_data_names_its_source() {
        assert_tidy(&rules::sourceless_data(&SourceTree::of_repository()));
    }

    #[test]
    fn no_test_is_ignored() {
        assert_tidy(&rules::ignored_tests(&SourceTree::of_repository()));
    }

    #[test]
    fn the_tree_that_is_looked_at_is_this_repository() {
        let tree = SourceTree::of_repository();
        for path in [
            "Cargo.toml",
            "src/lib.rs",
            "src/core/mod.rs",
            "tests/tidy/main.rs",
        ] {
            assert!(
                tree.files.iter().any(|file| file.path == path),
                "{path} is not seen"
            );
        }
        assert!(
            !tree
                .files
                .iter()
                .any(|file| file.path.starts_with("target/"))
        );
    }
}
