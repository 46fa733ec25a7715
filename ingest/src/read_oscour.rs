//! The passage message in XML (OSCOUR, SYRIUS): the elements are those of the kind.

use crate::context::{Caps, Context};
use crate::kinds::Kind;
use crate::oscour::tags::Tags;
use crate::oscour::{Failure, Header, OnRecord, Walked, read_header, read_records};
use crate::read_rpu::Form;
use crate::window::Window;

pub(crate) struct Message {
    tags: Tags,
    caps: Caps,
}

impl Message {
    pub fn of(kind: &Kind, context: &Context) -> Message {
        Message {
            tags: Tags::of(kind),
            caps: context.caps,
        }
    }
}

impl Form for Message {
    fn header(&self, window: &mut Window) -> Result<Header, Failure> {
        read_header(window, &self.tags, self.caps)
    }

    fn records(&self, window: &mut Window, on_record: &mut OnRecord) -> Result<Walked, Failure> {
        read_records(window, &self.tags, self.caps, on_record)
    }
}
