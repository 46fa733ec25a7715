//! Building a release: figures and findings that passed the gate, with the frame that describes them.
