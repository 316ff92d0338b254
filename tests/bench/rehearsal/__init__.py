"""The rehearsal: one blast to very many people through the whole product, with everything that goes wrong."""
