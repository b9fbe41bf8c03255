//! A document by itself.

use std::ops::ControlFlow;

use crate::engine::intake::{Intake, Origin};

use super::Container;

pub(super) const CONTAINER: Container = Container {
    id: "plain",
    title: "a file or pasted text",
    recognise: |_| true,
    open: |origin, bytes, intake: &mut Intake<'_>| -> ControlFlow<()> {
        let origin: Origin = origin;
        intake.admit(origin, bytes);
        ControlFlow::Continue(())
    },
};
