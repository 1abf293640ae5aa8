//! The operations of scripted settings.

use kzg_traits::error::Result;
use kzg_traits::operation::Operation;
use kzg_traits::settings::KzgSettings;

use super::Scripted;

/// The forms that return vectors call those that write into buffers: an operation has one script.
macro_rules! through_the_script {
    (
        returning { $(
            $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
        )* }
        writing { $(
            $writes:ident: $into:ident($($input:ident: $of:ty),*)
                => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
        )* }
        allocating { $($_:tt)* }
    ) => {
        $(
            fn $method(&self, $($name: $type),*) -> Result<$result> {
                self.call(Operation::$operation, |inner| inner.$method($($name),*))
            }
        )*
        $(
            fn $into(
                &self,
                $($input: $of,)*
                $out: &mut [$item],
                $($more: &mut [$more_item],)?
            ) -> Result<()> {
                // Of two buffers, the first is the result.
                let outcome = self.call(Operation::$writes, |inner| {
                    inner.$into($($input,)* &mut *$out $(, $more)?)?;
                    Ok($out)
                });
                outcome.map(drop)
            }
        )*
    };
}

impl KzgSettings for Scripted {
    fn backend(&self) -> &str {
        match &self.name {
            Some(name) => name,
            None => self.inner.backend(),
        }
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    kzg_traits::kzg_settings_calls!(through_the_script);

    fn tables_memory(&self) -> usize {
        self.inner.tables_memory()
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}
