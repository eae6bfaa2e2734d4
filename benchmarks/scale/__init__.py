"""How far the bridge goes: constants that are measured, and what follows from them."""
