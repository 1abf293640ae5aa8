//! The kernels, each from its PTX.

use std::sync::Arc;

use crate::driver::{Context, DeviceError, Function};

macro_rules! kernels {
    ($($name:ident;)*) => {
        /// The kernels of multi-scalar multiplications; `kernels/NAME.cu` documents each.
        #[derive(Debug)]
        pub(crate) struct Kernels {
            $(pub(crate) $name: Function,)*
        }

        impl Kernels {
            /// Translates all kernels for the device.
            ///
            /// # Errors
            ///
            /// [`DeviceError`] if the driver refuses one.
            pub(crate) fn load(context: &Arc<Context>) -> Result<Self, DeviceError> {
                Ok(Self {
                    $($name: Function::new(
                        context,
                        include_str!(concat!("../../kernels/ptx/", stringify!($name), ".ptx")),
                        stringify!($name),
                    )?,)*
                })
            }
        }
    };
}

kernels! {
    table_multiples;
    table_affine;
    recode;
    scan;
    accumulate;
    merge_segments;
    bucket_sums;
    pairs;
    scale;
    encode;
}
