//! What of the page is in sight: how wide it is, and that something scrolled.

use crate::web::browser::window::window;
use crate::web::view::state::State;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Below this the detail pane is a sheet over the page.
const NARROW_PX: f64 = 900.0;
/// Below this a row needs two lines.
const SLIM_PX: f64 = 640.0;

/// Signals about the window; the same for the whole page.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    /// Changes whenever something scrolled or the window changed size.
    pub tick: State<u32>,
    pub narrow: State<bool>,
    pub slim: State<bool>,
}

impl Sight {
    /// Starts to watch.
    pub fn new() -> Self {
        let sight =
            Self { tick: State::new(0), narrow: State::new(false), slim: State::new(false) };
        sight.measure();
        // Scrolling does not bubble, so it is caught on the way down.
        listen("scroll", move || sight.tick.update(|tick| *tick = tick.wrapping_add(1)));
        listen("resize", move || sight.measure());
        sight
    }

    fn measure(self) {
        let width = pixels(window().inner_width());
        self.narrow.set(width < NARROW_PX);
        self.slim.set(width < SLIM_PX);
        self.tick.update(|tick| *tick = tick.wrapping_add(1));
    }
}

impl Default for Sight {
    fn default() -> Self {
        Self::new()
    }
}

fn listen(event: &str, hear: impl Fn() + 'static) {
    let hear = Closure::<dyn Fn()>::new(hear).into_js_value();
    // The page lives as long as its window, and a window takes any listener.
    let _ = window().add_event_listener_with_callback_and_bool(event, hear.unchecked_ref(), true);
}

/// Returns a size that the browser gives as a value of any kind.
pub fn pixels(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value.ok().and_then(|value| value.as_f64()).unwrap_or(1024.0)
}
