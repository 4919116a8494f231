-- Lists of shipments are read without an index again.
DROP INDEX shipment_to;
DROP INDEX shipment_from;
