//! The page's door: mounts the view.

fn main() {
    retort::web::view::mount();
}
